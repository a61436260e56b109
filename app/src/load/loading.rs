//! The component inside which loaded data is read.

#[cfg(feature = "ssr")]
use super::Awaited;
use leptos::prelude::*;
#[cfg(feature = "ssr")]
use leptos::tachys::reactive_graph::OwnedView;

/// A view that reads what was loaded, made anew when that changes.
pub type Shown = Box<dyn FnMut() -> AnyView + Send>;

/// Draws something anew whenever what it reads changes. All of these have one type, so that the code that draws them is in
/// the download once.
pub fn drawn(draw: impl FnMut() -> AnyView + Send + 'static) -> Shown {
    Box::new(draw)
}

/// Makes the server wait until everything that the page loads has come. In the browser nothing waits:
/// what came along with the page is there, and what comes later says so itself. `show` is called once
/// and may set up what its view needs.
#[component]
pub fn Loading(show: Box<dyn FnOnce() -> Shown + Send>) -> impl IntoView {
    #[cfg(feature = "ssr")]
    {
        // What is written after waiting must still find the context around it.
        let owner = Owner::current().unwrap_or_default();
        Suspend::new(async move {
            Awaited::all().await;
            OwnedView::new_with_owner(show(), owner)
        })
    }
    #[cfg(not(feature = "ssr"))]
    {
        show()
    }
}

/// What stands where something is still on its way. It is seen only where that takes long enough to
/// wonder.
pub fn waiting() -> AnyView {
    view! { <div class="waiting" role="status"><span class="visually-hidden">"Loading"</span></div> }.into_any()
}
