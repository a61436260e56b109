//! Code splitting (decision 11): the first load contains the members table and its surroundings; everything else is
//! loaded when it is first needed. On the server, and in `trunk`'s builds, nothing is split off.

use crate::page_list::page_list;
use crate::pages::*;
use crate::problem::NotFoundInside;
use crate::routes::{self, Route, Section};
use crate::ui::Title;
use leptos::prelude::*;
use leptos_router::hooks::use_location;

/// What is drawn by code that may have to be loaded first. Which page of a section it is, that code reads from the
/// address, so that reading ids and the like takes nothing of the first load.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lazy {
    /// A page outside any organization.
    Public,
    /// A page about members, besides their table.
    People,
    /// A page about groups.
    Groups,
    /// Another page of an organization.
    Organization,
    /// What the members table has beside its rows once it is alive: dialogs, menu, changes by others.
    MemberTools,
    /// The outcome of an action there.
    Toast,
}

/// Draws the page of an organization that an address shows.
pub fn page(route: Route) -> AnyView {
    let Route::In(_, section) = route else { return view! { <NotFoundInside/> }.into_any() };
    match section {
        Section::Members => {
            Title::set_page(FIRST_TITLE);
            view! { <MembersPage tools=|| lazily(Lazy::MemberTools) toast=|| lazily(Lazy::Toast)/> }.into_any()
        }
        Section::People => lazily(Lazy::People),
        Section::Groups => lazily(Lazy::Groups),
        Section::Organization => lazily(Lazy::Organization),
    }
}

/// Code that is loaded at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Public,
    People,
    Groups,
    Organization,
}

impl Lazy {
    /// The part that the code is in.
    const fn part(self) -> Part {
        match self {
            Self::Public => Part::Public,
            Self::People | Self::MemberTools | Self::Toast => Part::People,
            Self::Groups => Part::Groups,
            Self::Organization => Part::Organization,
        }
    }

    /// What draws the page of an address, unless it is part of the first load.
    #[cfg(feature = "hydrate")]
    pub fn of(path: &str) -> Option<Self> {
        match Route::of(path) {
            Route::Public => Some(Self::Public),
            Route::In(_, Section::People) => Some(Self::People),
            Route::In(_, Section::Groups) => Some(Self::Groups),
            Route::In(_, Section::Organization) => Some(Self::Organization),
            Route::In(_, Section::Members) | Route::Nowhere => None,
        }
    }
}

/// Makes a function for each section of the list of pages, which draws the page of the address that is open.
macro_rules! sections {
    (
        public { $($public:tt)+ }
        first_load $whole:literal { $(#[$first_doc:meta])* $First:ident = $first_link:ident, $first:literal, $first_component:ident, $first_title:literal; }
        $(
            $(#[$section_doc:meta])*
            $section:ident $Section:ident $prefix:literal {
                $(
                    $(#[$doc:meta])*
                    $Page:ident = $link:ident($($id:ident: $Id:ty),*), $pattern:literal, $Component:ident, $title:literal;
                )+
            }
        )+
    ) => {
        /// The title of the page that is part of the first load.
        const FIRST_TITLE: &str = $first_title;

        $(fn $section() -> AnyView {
            // Pages are made anew when the address is another.
            match routes::$Section::of(&use_location().pathname.get_untracked()) {
                $(Some(routes::$Section::$Page { $($id),* }) => {
                    Title::set_page($title);
                    view! { <$Component $($id=$id)*/> }.into_any()
                })+
                None => view! { <NotFoundInside/> }.into_any(),
            }
        })+
    };
}

page_list!(sections);

/// Makes functions that draw. In the browser each is `async`: it waits for the code of its part.
macro_rules! parts {
    ($($part:ident: $load:ident, $draw:ident($lazy:ident) $body:expr;)+) => {$(
        #[cfg_attr(
            feature = "hydrate",
            leptos::wasm_split::wasm_split($part, wasm_split_path = leptos::wasm_split, preload($load), fallible)
        )]
        fn $draw($lazy: Lazy) -> Result<AnyView, NotLoaded> {
            Ok($body)
        }
    )+};
}

parts! {
    public: load_public, draw_public(_lazy) view! { <FrontDoor/> }.into_any();
    people: load_people, draw_people(lazy) match lazy {
        Lazy::MemberTools => view! { <MemberTools/> }.into_any(),
        Lazy::Toast => view! { <Toast/> }.into_any(),
        _ => people(),
    };
    groups: load_groups, draw_groups(_lazy) groups();
    organization: load_organization, draw_organization(_lazy) organization();
}

/// The code of a page could not be loaded.
#[derive(Clone, Copy, Debug)]
pub struct NotLoaded;

/// Draws a page whose code is here.
#[cfg(not(feature = "hydrate"))]
pub fn lazily(lazy: Lazy) -> AnyView {
    let draw = match lazy.part() {
        Part::Public => draw_public,
        Part::People => draw_people,
        Part::Groups => draw_groups,
        Part::Organization => draw_organization,
    };
    let drawn = move || draw(lazy).unwrap_or_else(|NotLoaded| crate::load::waiting());
    drawn.into_any()
}

#[cfg(feature = "hydrate")]
pub use in_browser::{lazily, prepare};

#[cfg(feature = "hydrate")]
mod in_browser {
    use super::*;
    use crate::api::ApiError;
    use crate::load::waiting;
    use crate::problem::Problem;
    use leptos::task::spawn_local;
    use std::pin::pin;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::task::{Context, Poll, Waker};

    impl From<leptos::wasm_split::SplitLoaderError> for NotLoaded {
        fn from(_: leptos::wasm_split::SplitLoaderError) -> Self {
            Self
        }
    }

    /// Which parts are here.
    static HERE: [AtomicBool; 4] = [const { AtomicBool::new(false) }; 4];

    impl Lazy {
        fn here(self) -> &'static AtomicBool {
            &HERE[self.part() as usize]
        }

        async fn load(self) -> Result<(), NotLoaded> {
            match self.part() {
                Part::Public => load_public().await?,
                Part::People => load_people().await?,
                Part::Groups => load_groups().await?,
                Part::Organization => load_organization().await?,
            }
            self.here().store(true, Ordering::Relaxed);
            Ok(())
        }

        async fn draw(self) -> Result<AnyView, NotLoaded> {
            match self.part() {
                Part::Public => draw_public(self).await,
                Part::People => draw_people(self).await,
                Part::Groups => draw_groups(self).await,
                Part::Organization => draw_organization(self).await,
            }
        }

        /// Draws it now, as its code is here.
        fn drawn(self) -> AnyView {
            match pin!(self.draw()).poll(&mut Context::from_waker(Waker::noop())) {
                Poll::Ready(Ok(view)) => view,
                _ => waiting(),
            }
        }
    }

    /// Loads the code of the page that came from the server, which must be here before the page comes to life.
    pub async fn prepare() -> Result<(), NotLoaded> {
        let path = window().location().pathname().unwrap_or_default();
        match Lazy::of(&path) {
            Some(page) => page.load().await,
            None => Ok(()),
        }
    }

    /// Draws a page, once its code is here.
    pub fn lazily(lazy: Lazy) -> AnyView {
        let came = RwSignal::new(lazy.here().load(Ordering::Relaxed).then_some(true));
        let load = Callback::new(move |()| {
            came.set(None);
            spawn_local(async move {
                let loaded = lazy.load().await.is_ok();
                came.try_set(Some(loaded));
            });
        });
        if came.get_untracked().is_none() {
            load.run(());
        }
        let drawn = move || match came.get() {
            None => waiting(),
            Some(true) => lazy.drawn(),
            Some(false) => view! { <Problem error=ApiError::Offline retry=load/> }.into_any(),
        };
        drawn.into_any()
    }
}
