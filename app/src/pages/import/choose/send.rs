//! Uploads the file with a progress bar. Without JavaScript the browser sends the form.

use domain::import::check_size;
use leptos::ev::{Event, SubmitEvent};
use leptos::prelude::*;
use leptos_router::hooks::use_navigate;
use std::cell::RefCell;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{FormData, HtmlFormElement, HtmlInputElement, ProgressEvent, XmlHttpRequest};

/// What stands where the server did not answer.
const OFFLINE: &str = "The server cannot be reached, or the connection broke. Nothing was changed; try again.";
/// What stands where the session ended meanwhile; the file that was chosen stays chosen.
const SIGNED_OUT: &str = "Your session has ended. Sign in again in another tab, then try again here.";
/// What stands where the right was taken away meanwhile.
const NOT_ALLOWED: &str = "You may not bring people in any more. An administrator may.";

thread_local! {
    /// The request under way: one at a time, as there is one page.
    static CURRENT: RefCell<Option<XmlHttpRequest>> = const { RefCell::new(None) };
}

/// A file on its way.
#[derive(Clone, Copy)]
pub(super) struct Sending {
    /// Why it was refused.
    pub problem: RwSignal<String>,
    /// How much of it is sent; nothing while none is.
    pub percent: RwSignal<Option<u32>>,
    go: Callback<String>,
}

impl Sending {
    /// Nothing sent yet; the server may have refused one before.
    pub fn new(problem: String) -> Self {
        let navigate = use_navigate();
        Self {
            problem: RwSignal::new(problem),
            percent: RwSignal::new(None),
            go: Callback::new(move |to: String| navigate(&to, Default::default())),
        }
    }

    /// "Sending: 45 %".
    pub fn text(self) -> String {
        match self.percent.get() {
            Some(100) => "Sent; the server takes it in".into(),
            Some(percent) => ["Sending: ", &percent.to_string(), " %"].concat(),
            None => String::new(),
        }
    }

    /// Says at once what is wrong with the file that was chosen.
    pub fn chosen(self, event: &Event) {
        let input = event.target().and_then(|input| input.dyn_into::<HtmlInputElement>().ok());
        self.problem.set(input.map(|input| fault(&input)).unwrap_or_default());
    }

    /// Sends what the form holds, unless it is too large.
    pub fn submit(self, event: &SubmitEvent, to: &str) {
        let Some(form) = event.target().and_then(|form| form.dyn_into::<HtmlFormElement>().ok()) else { return };
        let input = form.query_selector("[type=file]").ok().flatten().and_then(|input| input.dyn_into().ok());
        let problem = input.map(|input: HtmlInputElement| fault(&input)).unwrap_or_default();
        if !problem.is_empty() || self.percent.get_untracked().is_some() {
            event.prevent_default();
            self.problem.set(problem);
            return;
        }
        // Where this fails, the browser sends the form by itself.
        if let Ok(request) = self.send(&form, to) {
            event.prevent_default();
            self.percent.set(Some(0));
            CURRENT.set(Some(request));
        }
    }

    fn send(self, form: &HtmlFormElement, to: &str) -> Result<XmlHttpRequest, JsValue> {
        let request = XmlHttpRequest::new()?;
        request.open("POST", to)?;
        request.set_request_header("accept", "text/plain")?;
        let progress = Closure::<dyn Fn(ProgressEvent)>::new(move |event: ProgressEvent| {
            let percent = if event.total() > 0.0 { event.loaded() / event.total() * 100.0 } else { 0.0 };
            self.percent.try_update(|shown| *shown = shown.map(|_| percent as u32));
        });
        request.upload()?.set_onprogress(Some(progress.into_js_value().unchecked_ref()));
        let answered = request.clone();
        let end = Closure::<dyn Fn()>::new(move || self.answered(&answered));
        request.set_onloadend(Some(end.into_js_value().unchecked_ref()));
        request.send_with_opt_form_data(Some(&FormData::new_with_form(form)?))?;
        Ok(request)
    }

    fn answered(self, request: &XmlHttpRequest) {
        // Gone with its page, or cancelled.
        if self.percent.try_set(None).is_some() || CURRENT.take().is_none() {
            return;
        }
        let text = request.response_text().ok().flatten().unwrap_or_default();
        match request.status() {
            Ok(200) if text.starts_with('/') => self.go.run(text),
            // Refused, with a sentence; what a proxy says of itself is a page.
            Ok(400 | 408 | 413 | 422 | 503) if !text.is_empty() && !text.starts_with('<') => self.problem.set(text),
            // The request was led to the sign-in form.
            Ok(200) => self.problem.set(SIGNED_OUT.into()),
            Ok(403) => self.problem.set(NOT_ALLOWED.into()),
            _ => self.problem.set(OFFLINE.into()),
        }
    }

    /// Stops sending. The server forgets what came.
    pub fn cancel(self) {
        if let Some(request) = CURRENT.take() {
            self.percent.set(None);
            let _ = request.abort();
        }
    }
}

/// What is wrong with the file that was chosen.
fn fault(input: &HtmlInputElement) -> String {
    match input.files().and_then(|files| files.get(0)) {
        Some(file) => check_size(file.size() as u64).err().map(|refused| refused.0).unwrap_or_default(),
        None => "Choose a CSV file.".into(),
    }
}
