//! The list of all changes.

use super::{Answer, Outcome, PostedForm};
use crate::api::{self, ApiError};
use domain::Slug;
use domain::invitations::{LONGEST_ENTRY, MOST_AT_ONCE};
use leptos::prelude::Owner;
use leptos::reactive::computed::ScopedFuture;
use serde::de::DeserializeOwned;
use server_fn::ServerFn;
use std::future::Future;
use std::pin::Pin;

/// The most bytes that the form of any change has: a hundred addresses of 250 characters, each character written as
/// twelve. A thousand groups with the role in each are less.
pub const LARGEST: usize = 320 * 1024;
/// The most bytes of a form that has long texts: a group's name and description twice, each character written as twelve.
pub const LONG: usize = 64 * 1024;
/// The most bytes of a form that has neither.
const USUAL: usize = 8 * 1024;

// What can be invited at once fits into one form.
const _: () = assert!(LARGEST > MOST_AT_ONCE * LONGEST_ENTRY * 12);

/// A change: a server function that a form can call too.
pub trait Change: ServerFn<Error = ApiError> + DeserializeOwned + Clone + 'static {
    /// The most bytes that its form has.
    const LARGEST: usize = USUAL;

    /// Takes what its form leaves to the address where it stands, of which `query` comes after the question mark.
    #[must_use]
    fn with_address(self, _query: &str) -> Self {
        self
    }

    /// What is said when it is done, and where it leads. `query` is that of the address where the form stands.
    fn outcome(self, output: Self::Output, query: &str) -> Outcome;
}

/// A change that is being made.
pub type Running = Pin<Box<dyn Future<Output = Answer> + Send>>;

/// A change, whichever it is.
#[derive(Clone, Copy)]
pub struct Declared {
    path: &'static str,
    word: fn() -> &'static str,
    /// The most bytes that its form has.
    pub largest: usize,
    run: fn(&str, String) -> Option<Running>,
}

impl Declared {
    const fn of<C: Change>() -> Self {
        Self { path: C::PATH, word: super::word::<C>, largest: C::LARGEST, run: run::<C> }
    }

    /// The address of its server function.
    pub fn path(&self) -> &'static str {
        self.path
    }

    /// What a form calls it in the field [`super::CHANGE`].
    pub fn word(&self) -> &'static str {
        (self.word)()
    }

    /// Makes the change that a form asks for in an organization, in the context that `provide` gives; `query` is that
    /// of the address where the form stands. Nothing where the form does not have its fields.
    pub fn run(&self, organization: &Slug, form: &PostedForm, query: &str, provide: impl FnOnce()) -> Option<Running> {
        let owner = Owner::new();
        let change = owner.with(|| {
            provide();
            Some(ScopedFuture::new((self.run)(&form.arguments(organization), query.to_owned())?))
        })?;
        // The context lives as long as its owner.
        Some(Box::pin(async move {
            let answer = change.await;
            drop(owner);
            answer
        }))
    }
}

/// The change that a form names.
pub fn find(word: &str) -> Option<&'static Declared> {
    all().iter().find(|change| change.word() == word)
}

fn run<C: Change>(arguments: &str, query: String) -> Option<Running> {
    // As server functions read theirs.
    let change: C = serde_qs::Config::new(5, false).deserialize_str(arguments).ok()?;
    let change = change.with_address(&query);
    Some(Box::pin(async move { change.clone().run_body().await.map(|output| change.outcome(output, &query)) }))
}

/// All of them: what is not here cannot be reached by a form.
pub fn all() -> &'static [Declared] {
    const ALL: &[Declared] = &[
        Declared::of::<api::ChooseColumns>(),
        Declared::of::<api::ResetColumns>(),
        Declared::of::<api::SaveView>(),
        Declared::of::<api::RenameView>(),
        Declared::of::<api::UpdateView>(),
        Declared::of::<api::DeleteView>(),
        Declared::of::<api::CreateGroup>(),
        Declared::of::<api::EditGroup>(),
        Declared::of::<api::DeleteGroup>(),
        Declared::of::<api::AddGroupMembers>(),
        Declared::of::<api::ChangeGroupRole>(),
        Declared::of::<api::RemoveGroupMember>(),
        Declared::of::<api::ChangeChosenGroupRole>(),
        Declared::of::<api::RemoveChosenGroupMembers>(),
        Declared::of::<api::SetInviteLifetime>(),
        Declared::of::<api::SetGroupRules>(),
        Declared::of::<api::SendAgain>(),
        Declared::of::<api::SendAllAgain>(),
        Declared::of::<api::ApplyImport>(),
        Declared::of::<api::StopImport>(),
        Declared::of::<api::DeleteImport>(),
        Declared::of::<api::BeginBulk>(),
        Declared::of::<api::StopBulk>(),
        Declared::of::<api::SendInvites>(),
        Declared::of::<api::ResendInvite>(),
        Declared::of::<api::CopyInviteLink>(),
        Declared::of::<api::EditMember>(),
        Declared::of::<api::RestoreMember>(),
        Declared::of::<api::UnlockMember>(),
        Declared::of::<api::RemoveMember>(),
        Declared::of::<api::EraseMember>(),
        Declared::of::<api::EndMemberSessions>(),
        Declared::of::<api::ChangeOwnName>(),
        Declared::of::<api::ChooseTimeZone>(),
        Declared::of::<api::EndOwnSession>(),
        Declared::of::<api::EndOtherSessions>(),
    ];
    ALL
}
