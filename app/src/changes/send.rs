//! Sends a form by fetch once the page is alive.

use super::{CHANGE, Outcome};
use crate::api::ApiError;
use leptos::prelude::window;
use server_fn::Decodes;
use server_fn::codec::JsonEncoding;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{FormData, HtmlElement, HtmlFormElement, RequestInit, Response, UrlSearchParams};

/// Posts a form as the browser would, with the button by which it was sent, and reads what came of it.
///
/// # Errors
/// Those of the change; [`ApiError::Offline`] where the server cannot be reached, [`ApiError::Outdated`] where it
/// answers something else.
pub async fn send(form: &HtmlFormElement, by: Option<&HtmlElement>) -> Result<Outcome, ApiError> {
    let (ok, text) = post(form, by).await.map_err(|_| ApiError::Offline)?;
    match ok {
        true => JsonEncoding::decode(text.into()).map_err(|_| ApiError::Outdated),
        false => Err(JsonEncoding::decode(text.into()).unwrap_or(ApiError::Outdated)),
    }
}

async fn post(form: &HtmlFormElement, by: Option<&HtmlElement>) -> Result<(bool, String), JsValue> {
    let fields = FormData::new_with_form(form)?;
    if let Some(word) = by.and_then(|button| button.get_attribute("value")) {
        fields.append_with_str(CHANGE, &word)?;
    }
    let fields = UrlSearchParams::new_with_str_sequence_sequence(&fields)?;
    let request = RequestInit::new();
    request.set_method("POST");
    // The browser says of these that they are a form.
    request.set_body(&fields);
    let headers = js_sys::Object::new();
    js_sys::Reflect::set(&headers, &"accept".into(), &"application/json".into())?;
    request.set_headers(&headers);
    // The property would be a field of that name, where the form has one.
    let address = form.get_attribute("action").unwrap_or_default();
    let answer = JsFuture::from(window().fetch_with_str_and_init(&address, &request)).await?;
    let answer: Response = answer.dyn_into()?;
    let text = JsFuture::from(answer.text()?).await?;
    Ok((answer.ok(), text.as_string().unwrap_or_default()))
}
