//! Pages whose code is loaded when one of them is first shown (decision 11): the first load holds the members
//! table and what stands around it. On the server, and in what `trunk` builds, all code is there.

use crate::pages::{
    AuditLogPage, BulkJobPage, BulkPage, FrontDoor, GroupPage, HomePage, ImportPage, ImportsPage, InvitePage, MailPage,
    MemberPage, MemberTools, ProfilePage, SettingsPage, Toast,
};
#[cfg(feature = "hydrate")]
use crate::paths::{Page, Place};
use domain::{BulkId, GroupId, ImportId, MemberId};
use leptos::prelude::*;

/// A page whose code may have to be loaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LazyPage {
    /// Sign-in and set-up.
    FrontDoor,
    /// An organization's home page.
    Home,
    /// Its settings.
    Settings,
    /// Its mail.
    Mail,
    /// Its audit log.
    Audit,
    /// The profile of whoever looks.
    Profile,
    /// The form **Invite Member**.
    Invite,
    /// What can be done with a member.
    Member(MemberId),
    /// What is to be done with many members.
    Bulk,
    /// What came of it.
    BulkJob(BulkId),
    /// What the members table has beside its rows, once it is alive: dialog, menu, changes by others.
    MemberTools,
    /// What came of an action there.
    Toast,
    /// Where a file of people is chosen.
    Imports,
    /// What such a file does.
    Import(ImportId),
    /// One group's people.
    Group(GroupId),
}

/// What is loaded at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    FrontDoor,
    Around,
    Invite,
    Import,
    Group,
}

impl LazyPage {
    /// The part that the page's code is in.
    const fn part(self) -> Part {
        match self {
            Self::FrontDoor => Part::FrontDoor,
            Self::Home | Self::Settings | Self::Mail | Self::Audit | Self::Profile => Part::Around,
            Self::Invite | Self::Member(_) | Self::Bulk | Self::MemberTools | Self::Toast => Part::Invite,
            Self::Imports | Self::Import(_) | Self::BulkJob(_) => Part::Import,
            Self::Group(_) => Part::Group,
        }
    }
}

#[cfg(feature = "hydrate")]
impl LazyPage {
    /// The page of an address, unless its code is part of the first load.
    pub fn of(path: &str) -> Option<Self> {
        match Place::of(path) {
            Place::FrontDoor => Some(Self::FrontDoor),
            Place::In(_, Page::Home) => Some(Self::Home),
            Place::In(_, Page::Settings) => Some(Self::Settings),
            Place::In(_, Page::Mail) => Some(Self::Mail),
            Place::In(_, Page::Audit) => Some(Self::Audit),
            Place::In(_, Page::Profile) => Some(Self::Profile),
            Place::In(_, Page::Invite) => Some(Self::Invite),
            Place::In(_, Page::Member(id)) => Some(Self::Member(id)),
            Place::In(_, Page::Bulk) => Some(Self::Bulk),
            Place::In(_, Page::BulkJob(id)) => Some(Self::BulkJob(id)),
            Place::In(_, Page::Imports) => Some(Self::Imports),
            Place::In(_, Page::Import(id)) => Some(Self::Import(id)),
            Place::In(_, Page::Group(id)) => Some(Self::Group(id)),
            Place::In(_, Page::Members | Page::Nowhere) | Place::Nowhere => None,
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
    around: load_around, draw_around(page) match page {
        LazyPage::Settings => view! { <SettingsPage/> }.into_any(),
        LazyPage::Mail => view! { <MailPage/> }.into_any(),
        LazyPage::Audit => view! { <AuditLogPage/> }.into_any(),
        LazyPage::Profile => view! { <ProfilePage/> }.into_any(),
        _ => view! { <HomePage/> }.into_any(),
    };
    invite: load_invite, draw_invite(page) match page {
        LazyPage::Member(id) => view! { <MemberPage id=id/> }.into_any(),
        LazyPage::MemberTools => view! { <MemberTools/> }.into_any(),
        LazyPage::Bulk => view! { <BulkPage/> }.into_any(),
        LazyPage::Toast => view! { <Toast/> }.into_any(),
        _ => view! { <InvitePage/> }.into_any(),
    };
    import: load_import, draw_import(page) match page {
        LazyPage::Import(id) => view! { <ImportPage id=id/> }.into_any(),
        LazyPage::BulkJob(id) => view! { <BulkJobPage id=id/> }.into_any(),
        _ => view! { <ImportsPage/> }.into_any(),
    };
    group: load_group, draw_group(page) match page {
        LazyPage::Group(id) => view! { <GroupPage id=id/> }.into_any(),
        _ => ().into_any(),
    };
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
        Part::Import => draw_import,
        Part::Group => draw_group,
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
    static HERE: [AtomicBool; 5] = [const { AtomicBool::new(false) }; 5];

    impl LazyPage {
        fn here(self) -> &'static AtomicBool {
            &HERE[self.part() as usize]
        }

        async fn load(self) -> Result<(), NotLoaded> {
            match self.part() {
                Part::FrontDoor => load_front_door().await?,
                Part::Around => load_around().await?,
                Part::Invite => load_invite().await?,
                Part::Import => load_import().await?,
                Part::Group => load_group().await?,
            }
            self.here().store(true, Ordering::Relaxed);
            Ok(())
        }

        async fn draw(self) -> Result<AnyView, NotLoaded> {
            match self.part() {
                Part::FrontDoor => draw_front_door(self).await,
                Part::Around => draw_around(self).await,
                Part::Invite => draw_invite(self).await,
                Part::Import => draw_import(self).await,
                Part::Group => draw_group(self).await,
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
