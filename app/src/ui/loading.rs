//! Where loaded data is read.

use leptos::prelude::*;

/// A view that reads what was loaded, made anew when that changes.
pub type Shown = Box<dyn FnMut() -> AnyView + Send>;

/// Makes the server wait until everything that is read inside has come. In the browser nothing waits:
/// what came along with the page is there, and what comes later says so itself. `show` is called once
/// and may set up what its view needs.
#[component]
pub fn Loading(show: Box<dyn FnOnce() -> Shown + Send>) -> impl IntoView {
    #[cfg(feature = "ssr")]
    {
        view! { <Suspense>{show()}</Suspense> }
    }
    #[cfg(not(feature = "ssr"))]
    {
        // `Suspense` counts among the places for which the server may have sent something along.
        SharedValue::new_str(String::new);
        show()
    }
}

/// What stands where something is still on its way. It is seen only where that takes long enough to
/// wonder.
pub fn waiting() -> AnyView {
    view! { <div class="waiting" role="status"><span class="visually-hidden">"Loading"</span></div> }.into_any()
}
