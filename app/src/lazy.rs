//! Pages whose code is loaded when one of them is first shown (decision 11): the first load holds the members
//! table and what stands around it. On the server, and in what `trunk` builds, all code is there.

use crate::pages::{
    AuditLogPage, BulkJobPage, BulkPage, FrontDoor, GroupPages, HomePage, ImportPage, ImportsPage, InvitePage,
    MailPage, MemberPage, MemberTools, NotFoundInside, ProfilePage, SettingsPage, Toast,
};
use crate::paths::{AroundPlace, MemberPlace};
#[cfg(feature = "hydrate")]
use crate::paths::{Page, Place};
use leptos::prelude::*;
use leptos_router::hooks::use_location;

/// What is drawn by code that may have to be loaded. Which page it is, that code reads from the address, so that
/// reading addresses takes nothing of the first load.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LazyPage {
    /// Sign-in and set-up.
    FrontDoor,
    /// What is neither about members nor about groups: home, mail, audit log, profile, settings.
    Around,
    /// What is about members besides their table.
    OfMembers,
    /// All about groups.
    Groups,
    /// What the members table has beside its rows, once it is alive: dialog, menu, changes by others.
    MemberTools,
    /// What came of an action there.
    Toast,
}

/// What is loaded at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    FrontDoor,
    Around,
    Invite,
    Groups,
}

impl LazyPage {
    /// The part that the page's code is in.
    const fn part(self) -> Part {
        match self {
            Self::FrontDoor => Part::FrontDoor,
            Self::Around => Part::Around,
            Self::OfMembers | Self::MemberTools | Self::Toast => Part::Invite,
            Self::Groups => Part::Groups,
        }
    }

    /// The page of an address, unless its code is part of the first load.
    #[cfg(feature = "hydrate")]
    pub fn of(path: &str) -> Option<Self> {
        match Place::of(path) {
            Place::FrontDoor => Some(Self::FrontDoor),
            Place::In(_, Page::Around) => Some(Self::Around),
            Place::In(_, Page::OfMembers) => Some(Self::OfMembers),
            Place::In(_, Page::Groups) => Some(Self::Groups),
            Place::In(_, Page::Members) | Place::Nowhere => None,
        }
    }
}

/// Gives functions that draw pages. In the browser each is `async`: it waits for the code of its part.
macro_rules! parts {
    ($($(#[$doc:meta])* $part:ident: $load:ident, $draw:ident($page:ident) $body:expr;)+) => {$(
        $(#[$doc])*
        #[cfg_attr(
            feature = "hydrate",
            leptos::wasm_split::wasm_split($part, wasm_split_path = leptos::wasm_split, preload($load), fallible)
        )]
        fn $draw($page: LazyPage) -> Result<AnyView, NotLoaded> {
            Ok($body)
        }
    )+};
}

parts! {
    front_door: load_front_door, draw_front_door(_page) view! { <FrontDoor/> }.into_any();
    around: load_around, draw_around(_page) match AroundPlace::of(&here()) {
        Some(AroundPlace::Home) => view! { <HomePage/> }.into_any(),
        Some(AroundPlace::Settings) => view! { <SettingsPage/> }.into_any(),
        Some(AroundPlace::Mail) => view! { <MailPage/> }.into_any(),
        Some(AroundPlace::Audit) => view! { <AuditLogPage/> }.into_any(),
        Some(AroundPlace::Profile) => view! { <ProfilePage/> }.into_any(),
        None => view! { <NotFoundInside/> }.into_any(),
    };
    invite: load_invite, draw_invite(page) match (page, MemberPlace::of(&here())) {
        (LazyPage::MemberTools, _) => view! { <MemberTools/> }.into_any(),
        (LazyPage::Toast, _) => view! { <Toast/> }.into_any(),
        (_, Some(MemberPlace::Member(id))) => view! { <MemberPage id=id/> }.into_any(),
        (_, Some(MemberPlace::Bulk)) => view! { <BulkPage/> }.into_any(),
        (_, Some(MemberPlace::BulkJob(id))) => view! { <BulkJobPage id=id/> }.into_any(),
        (_, Some(MemberPlace::Imports)) => view! { <ImportsPage/> }.into_any(),
        (_, Some(MemberPlace::Import(id))) => view! { <ImportPage id=id/> }.into_any(),
        (_, Some(MemberPlace::Invite)) => view! { <InvitePage/> }.into_any(),
        (_, None) => view! { <NotFoundInside/> }.into_any(),
    };
    groups: load_groups, draw_groups(_page) view! { <GroupPages/> }.into_any();
}

/// The path that is open: pages are made anew when that is another.
fn here() -> String {
    use_location().pathname.get_untracked()
}

/// The code of a page did not come.
#[derive(Clone, Copy, Debug)]
pub struct NotLoaded;

/// Draws a page whose code is here.
#[cfg(not(feature = "hydrate"))]
pub fn lazily(page: LazyPage) -> AnyView {
    let draw = match page.part() {
        Part::FrontDoor => draw_front_door,
        Part::Around => draw_around,
        Part::Invite => draw_invite,
        Part::Groups => draw_groups,
    };
    let drawn = move || draw(page).unwrap_or_else(|NotLoaded| crate::ui::waiting());
    drawn.into_any()
}

#[cfg(feature = "hydrate")]
pub use in_browser::{lazily, prepare};

#[cfg(feature = "hydrate")]
mod in_browser {
    use super::*;
    use crate::api::ApiError;
    use crate::pages::Problem;
    use crate::ui::waiting;
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

    impl LazyPage {
        fn here(self) -> &'static AtomicBool {
            &HERE[self.part() as usize]
        }

        async fn load(self) -> Result<(), NotLoaded> {
            match self.part() {
                Part::FrontDoor => load_front_door().await?,
                Part::Around => load_around().await?,
                Part::Invite => load_invite().await?,
                Part::Groups => load_groups().await?,
            }
            self.here().store(true, Ordering::Relaxed);
            Ok(())
        }

        async fn draw(self) -> Result<AnyView, NotLoaded> {
            match self.part() {
                Part::FrontDoor => draw_front_door(self).await,
                Part::Around => draw_around(self).await,
                Part::Invite => draw_invite(self).await,
                Part::Groups => draw_groups(self).await,
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
        match LazyPage::of(&path) {
            Some(page) => page.load().await,
            None => Ok(()),
        }
    }

    /// Draws a page, once its code is here.
    pub fn lazily(page: LazyPage) -> AnyView {
        let came = RwSignal::new(page.here().load(Ordering::Relaxed).then_some(true));
        let load = Callback::new(move |()| {
            came.set(None);
            spawn_local(async move {
                let loaded = page.load().await.is_ok();
                came.try_set(Some(loaded));
            });
        });
        if came.get_untracked().is_none() {
            load.run(());
        }
        let drawn = move || match came.get() {
            None => waiting(),
            Some(true) => page.drawn(),
            Some(false) => view! { <Problem error=ApiError::Offline retry=load/> }.into_any(),
        };
        drawn.into_any()
    }
}
