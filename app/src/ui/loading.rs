//! Where loaded data is read.

use leptos::prelude::*;

/// A view that reads what was loaded, made anew when that changes.
pub type Shown = Box<dyn FnMut() -> AnyView + Send>;

/// Waits on the server until everything that is read inside has come; in the browser it shows that it
/// works. `show` is called once and may set up what its view needs.
#[component]
pub fn Loading(show: Box<dyn FnOnce() -> Shown + Send>) -> impl IntoView {
    view! {
        <Suspense fallback=|| view! { <div class="waiting" role="status"><span class="visually-hidden">"Loading"</span></div> }>
            {show()}
        </Suspense>
    }
}
