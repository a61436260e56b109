//! Forms that check themselves in the browser by the server's rules, and also work without that.

use super::{Icon, browser, icon, live_if};
use crate::paths;
use domain::setup::FieldError;
use leptos::ev::{Event, FocusEvent, SubmitEvent};
use leptos::prelude::*;
use std::time::Duration;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlInputElement, HtmlSelectElement, HtmlTextAreaElement};

/// Checks what was typed; gets the value of a field by its name in [`FieldError`].
pub type Check = fn(&dyn Fn(&str) -> String) -> Vec<FieldError>;

/// How long a button says that it works, should no answer come.
const PATIENCE: Duration = Duration::from_secs(15);

/// How long a click takes, generously.
const AFTER_A_CLICK: Duration = Duration::from_millis(250);

/// The errors of the form around, and whether it is on its way.
#[derive(Clone, Copy)]
pub(super) struct FormContext {
    /// What the ids of the fields begin with.
    pub prefix: &'static str,
    pub errors: RwSignal<Vec<FieldError>>,
    pub sending: RwSignal<bool>,
}

/// What is wrong with a form, and whether it is on its way.
#[derive(Clone, Copy)]
pub struct Checking {
    check: Check,
    context: FormContext,
    /// What is wrong with the whole.
    problem: RwSignal<String>,
    /// Whether it was refused, here or by the server.
    refused: RwSignal<bool>,
    /// How often it was sent: what the server says of a field stays when the check of that field comes later.
    rounds: StoredValue<u32>,
    /// Whether it came back from the server.
    came_back: bool,
}

impl Checking {
    /// For the form that is drawn, with what the server found wrong with the whole and with fields.
    pub fn new(problem: String, errors: Vec<FieldError>, check: Check) -> Self {
        Self::with_prefix("", problem, errors, check)
    }

    /// The same for a form the ids of whose fields begin with a prefix: another form of the page has fields of the same
    /// names.
    pub fn with_prefix(prefix: &'static str, problem: String, errors: Vec<FieldError>, check: Check) -> Self {
        let came_back = !problem.is_empty() || !errors.is_empty();
        let context = FormContext { prefix, errors: RwSignal::new(errors), sending: RwSignal::new(false) };
        provide_context(context);
        Self {
            check,
            context,
            problem: RwSignal::new(problem),
            refused: RwSignal::new(came_back),
            rounds: StoredValue::new(0),
            came_back,
        }
    }

    fn check(self, form: &Element) -> Vec<FieldError> {
        (self.check)(&|name| {
            let field = form.query_selector(&["#", self.context.prefix, name].concat()).ok().flatten();
            field.map(|field| value(&field)).unwrap_or_default()
        })
    }

    /// Says whether the form may be sent now, which it then is; shows what is wrong.
    pub fn begin(self, form: &Element) -> bool {
        self.rounds.update_value(|rounds| *rounds += 1);
        let errors = self.check(form);
        if !errors.is_empty() {
            self.refuse(form, String::new(), errors);
            return false;
        }
        !self.context.sending.try_maybe_update(|sending| (true, std::mem::replace(sending, true))).unwrap_or(true)
    }

    /// An answer came. Says whether the form is still there.
    pub fn end(self) -> bool {
        self.context.sending.try_set(false).is_none()
    }

    /// Nothing is wrong any more.
    pub fn accept(self) {
        self.problem.set(String::new());
        self.context.errors.set(Vec::new());
    }

    /// Shows what is wrong with the whole, or with fields, and leads there.
    pub fn refuse(self, form: &Element, problem: String, errors: Vec<FieldError>) {
        self.problem.set(problem);
        self.context.errors.set(errors);
        self.refused.set(true);
        let form = form.clone();
        request_animation_frame(move || {
            if let Some(summary) = form.query_selector(".summary").ok().flatten() {
                browser::focus(&summary);
            }
        });
    }

    /// What was wrong and is being mended.
    pub fn typed(self, event: &Event) {
        if let Some(field) = field_of(event) {
            let name = self.name(&field);
            if self.context.errors.with_untracked(|errors| errors.iter().any(|error| error.field == name)) {
                self.check_field(&field);
            }
        }
    }

    /// A field that was left is checked by itself, unless it was only passed through. Not at once: were it
    /// left for the button, the button would move away under the finger.
    pub fn left(self, event: &FocusEvent) {
        let Some(field) = field_of(event) else { return };
        if !value(&field).is_empty() {
            let rounds = self.rounds.get_value();
            let check = move || {
                if self.rounds.try_get_value() == Some(rounds) {
                    self.check_field(&field);
                }
            };
            set_timeout(check, AFTER_A_CLICK);
        }
    }

    /// What errors call a field.
    fn name(self, field: &Element) -> String {
        let id = field.id();
        id.strip_prefix(self.context.prefix).unwrap_or(&id).to_owned()
    }

    fn check_field(self, field: &Element) {
        let name = self.name(field);
        let form = field.closest("form").ok().flatten();
        let errors = form.map(|form| self.check(&form)).unwrap_or_default();
        self.context.errors.try_update(|all| {
            all.retain(|error| error.field != name);
            all.extend(errors.into_iter().filter(|error| error.field == name));
        });
    }

    /// What is wrong, above the fields.
    pub fn summary(self) -> AnyView {
        let Self { context, problem, refused, .. } = self;
        let hidden = move || {
            problem.with(String::is_empty) && !(refused.get() && context.errors.with(|errors| !errors.is_empty()))
        };
        view! {
            <div class="summary" role="alert" tabindex="-1" autofocus=self.came_back hidden=live_if(hidden, "")>
                {icon(Icon::Warning)}
                <div>
                    <p>{move || summary_text(problem.get(), context.errors.with(Vec::len))}</p>
                    <ul>
                        {move || context.errors.get().into_iter().map(|error| link(context.prefix, error)).collect::<Vec<_>>().into_any()}
                    </ul>
                </div>
            </div>
        }
        .into_any()
    }
}

/// A form that is posted as it is, once its fields are right.
#[component]
pub fn CheckedForm(
    /// Where it is posted.
    #[prop(into)]
    action: String,
    /// What is wrong with the whole, from the server.
    #[prop(optional_no_strip)]
    problem: Option<String>,
    /// What is wrong with fields, from the server.
    errors: Vec<FieldError>,
    /// Checks the fields.
    check: Check,
    children: Children,
) -> impl IntoView {
    let checking = Checking::new(problem.unwrap_or_default(), errors, check);
    let submit = move |event: SubmitEvent| {
        let form = event.target().and_then(|form| form.dyn_into::<Element>().ok());
        if form.is_some_and(|form| checking.begin(&form)) {
            set_timeout(move || _ = checking.end(), PATIENCE);
        } else {
            event.prevent_default();
        }
    };
    view! {
        <form class="form" method="post" action=action novalidate on:submit=submit on:input=move |event| checking.typed(&event) on:focusout=move |event| checking.left(&event)>
            {checking.summary()}
            {children()}
        </form>
    }
}

/// The field that an event is about. Boxes and radio buttons have no ids of their own: their fieldset is the field.
fn field_of(event: &Event) -> Option<Element> {
    let target = event.target()?.dyn_into::<Element>().ok()?;
    if target.id().is_empty() { target.closest("fieldset[id]").ok()? } else { Some(target) }
}

/// What was typed into a field, or is chosen in it.
fn value(field: &Element) -> String {
    if let Some(input) = field.dyn_ref::<HtmlInputElement>() {
        input.value()
    } else if let Some(text) = field.dyn_ref::<HtmlTextAreaElement>() {
        text.value()
    } else if let Some(select) = field.dyn_ref::<HtmlSelectElement>() {
        select.value()
    } else {
        let chosen = field.query_selector("input:checked").ok().flatten();
        chosen.and_then(|input| Some(input.dyn_into::<HtmlInputElement>().ok()?.value())).unwrap_or_default()
    }
}

fn summary_text(problem: String, errors: usize) -> String {
    match (problem.is_empty(), errors) {
        (false, _) => problem,
        (true, 1) => "One field needs another look:".into(),
        (true, _) => "Some fields need another look:".into(),
    }
}

fn link(prefix: &str, error: FieldError) -> AnyView {
    let field = ["#", prefix, &error.field].concat();
    view! { <li><a href=field rel="external">{error.message}</a></li> }.into_any()
}

/// The button that sends the form around it, and shows that it works.
#[component]
pub fn Submit(
    /// What it says.
    #[prop(into)]
    label: String,
    /// Its classes.
    #[prop(default = "button primary wide")]
    class: &'static str,
    /// Whether there is nothing to send.
    #[prop(default = false)]
    disabled: bool,
) -> impl IntoView {
    let sending = use_context::<FormContext>().map(|form| form.sending);
    let busy = live_if(move || sending.is_some_and(|sending| sending.get()), "true");
    view! {
        <button type="submit" class=class aria-busy=busy disabled=disabled>
            {label}
        </button>
    }
}

/// What a GET form carries along of the query around it.
pub fn hidden_fields(query: &str, without: &[&str]) -> AnyView {
    let field = |(name, value)| view! { <input type="hidden" name=name value=value/> }.into_any();
    paths::carried(query, without).into_iter().map(field).collect::<Vec<AnyView>>().into_any()
}
