//! The field for a new password, with the server's estimate of its strength (spec L1).

use crate::api::{ApiError, judge_password};
use crate::ui::{Debounce, PasswordField, live, live_if};
use domain::Password;
use domain::password::Strength;
use domain::setup::FieldError;
use leptos::ev::Event;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlInputElement};

/// The fields of the form around that say something about its owner.
const ABOUT: &str = "input[name=organization], input[name=name], input[name=email], input[name=username]";

/// What is said where the server has too many others to judge.
const NOT_NOW: &str = "The server cannot tell right now how good this password is. It decides when you send the form.";

/// A new password. What is typed is judged by the server once it is long enough and the typing rests; without
/// JavaScript, or where no answer comes, the same rules decide when it is sent.
#[component]
pub fn NewPassword(
    /// Its label.
    #[prop(default = "Password")]
    label: &'static str,
    /// What else is known about its owner, and stands in no field.
    #[prop(optional, into)]
    known: String,
) -> impl IntoView {
    let strength = RwSignal::new(None::<Strength>);
    let not_now = RwSignal::new(false);
    // What was asked about last, with what is known: an older answer never takes the place of a newer one.
    let asked = StoredValue::new(String::new());
    let about = StoredValue::new(String::new());
    let ask = Callback::new(move |typed: String| {
        asked.set_value(typed.clone());
        spawn_local(async move {
            let answer = judge_password(typed.clone(), about.get_value()).await;
            if asked.try_with_value(|asked| *asked == typed) == Some(true) {
                not_now.set(answer == Err(ApiError::Busy));
                strength.set(answer.ok());
            }
        });
    });
    let debounce = Debounce::new();
    let typed = move |event: Event| {
        let Some(field) = event.target().and_then(|field| field.dyn_into::<HtmlInputElement>().ok()) else { return };
        debounce.cancel();
        asked.set_value(String::new());
        not_now.set(false);
        if Password::parse(&field.value()).is_err() {
            strength.set(None);
            return;
        }
        about.set_value(in_form(&field, &known));
        debounce.run(ask, field.value());
    };
    let score = live(move || strength.with(|strength| strength.as_ref().map(|strength| strength.score.to_string())));
    let words = move || match strength.with(|strength| strength.as_ref().map(|strength| strength.words.clone())) {
        Some(words) => words,
        None if not_now.get() => NOT_NOW.into(),
        None => String::new(),
    };
    view! {
        <div class="field" on:input=typed>
            <PasswordField
                label=label
                autocomplete="new-password"
                hint="At least 15 characters. A few words in a row are easy to remember."
            />
            <meter
                aria-label="How hard it is to guess"
                min="0"
                max=Strength::BEST.to_string()
                low=Strength::ACCEPTED.to_string()
                high=Strength::ACCEPTED.to_string()
                optimum=Strength::BEST.to_string()
                value=score
                hidden=live_if(move || strength.with(Option::is_none), "")
            ></meter>
            <p class="hint" role="status">{words}</p>
        </div>
    }
}

/// Checks the field `password` of a form in which one is chosen.
pub fn check_password(value: &dyn Fn(&str) -> String) -> Vec<FieldError> {
    let refused = Password::parse(&value("password")).err();
    refused.map(|refused| FieldError::at("password", refused.0)).into_iter().collect()
}

/// What the form around a field says about its owner, a line each.
fn in_form(field: &Element, known: &str) -> String {
    let mut about = known.to_owned();
    let fields = field.closest("form").ok().flatten().and_then(|form| form.query_selector_all(ABOUT).ok());
    let Some(fields) = fields else { return about };
    for field in (0..fields.length()).filter_map(|place| fields.item(place)?.dyn_into::<HtmlInputElement>().ok()) {
        about.push('\n');
        about.push_str(&field.value());
    }
    about
}
