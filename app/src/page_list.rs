//! The list of pages. It is the only place that names them all, and says what it takes to add one.
//!
//! Each line has the page's name, the function (or constant) that makes a link to it, the ids in its address, the
//! address itself, the component that draws it, whose properties are named like the ids, and its title, which a page that
//! is about somebody or something replaces by their name. `routes` makes links and parsing of it, `lazy` the code that is
//! loaded with each section, the server its GET routes, and the browser tests and pictures their list of pages.

/// Calls a macro with the list.
///
/// Pages of an organization are in sections: each is loaded at once, when one of its pages is first shown (decision 11).
/// The first section whose prefix the rest of an address has (what follows `/o/{slug}/`) is the one to look into, so
/// that the first load need not know the pages of the others; a test holds the list to it.
macro_rules! page_list {
    ($callback:ident) => {
        $callback! {
            public {
                /// Sign-in, or on to the organization that was last entered.
                Start = ROOT, "/";
                /// The sign-in form (spec L1).
                SignIn = SIGN_IN, "/sign-in";
                /// The set-up form (spec T2).
                SetUp = SET_UP, "/set-up";
                /// What the link of an invitation leads to, once its token is in a cookie (spec I7).
                Invite = INVITE, "/invite";
                /// Asks for a link that replaces a forgotten password (spec L4).
                ForgotPassword = FORGOT, "/forgot-password";
                /// What that link leads to, once its token is in a cookie.
                NewPassword = RESET, "/reset";
            }
            first_load "members" {
                /// The members table, in whatever state the query says (spec M1).
                Members = members_table, "/o/{slug}/members", MembersPage, "Members";
            }
            /// Pages about members, besides their table.
            people People "members/" {
                /// Where a file of people is chosen (spec A2).
                Imports = imports(), "/o/{slug}/members/import", ImportsPage, "Import";
                /// What a file of people does, or did.
                Import = import(id: ImportId), "/o/{slug}/members/import/{id}", ImportPage, "Import";
                /// The form **Invite Member** as a page of its own (spec I1).
                Invite = invite(), "/o/{slug}/members/invite", InvitePage, "Invite Member";
                /// What is to be done with many members (spec M11); its form is sent there too.
                Bulk = bulk(), "/o/{slug}/members/bulk", BulkPage, "Change members";
                /// How far that is, and its results.
                BulkJob = bulk_job(id: BulkId), "/o/{slug}/members/bulk/{id}", BulkJobPage, "Change members";
                /// One member, and what can be done with them (spec M10); its forms are sent there too.
                Member = member(id: MemberId), "/o/{slug}/members/{id}", MemberPage, "Member";
            }
            /// Pages about groups and the people in them.
            groups Groups "groups" {
                /// The table of groups, in whatever state the query says (spec G1).
                Table = groups_table(), "/o/{slug}/groups", GroupsPage, "Groups";
                /// The form **Create Group** (spec G2).
                New = new_group(), "/o/{slug}/groups/new", GroupFormPage, "Create Group";
                /// The form **Edit Group** (spec G3).
                Edit = edit_group(id: GroupId), "/o/{slug}/groups/{id}/edit", GroupFormPage, "Edit Group";
                /// The form **Delete Group** (spec G4).
                Delete = delete_group(id: GroupId), "/o/{slug}/groups/{id}/delete", DeleteGroupPage, "Delete Group";
                /// One group's people (spec G5), in whatever state the query says.
                Group = group(id: GroupId), "/o/{slug}/groups/{id}", GroupPage, "Group";
                /// **Add Group Member** (spec G6); its form is sent there too.
                Add = add_group_member(group: GroupId), "/o/{slug}/groups/{id}/add", AddGroupMemberPage, "Add Group Member";
                /// What is to be done with several of a group's people (spec G5, M11); its forms are sent there too.
                Chosen = chosen_group_members(group: GroupId), "/o/{slug}/groups/{id}/chosen", ChosenGroupMembersPage, "Change group members";
                /// One of a group's people, and what can be done with them there (spec G5); its forms are sent there too.
                Member = group_member(group: GroupId, member: MemberId),
                    "/o/{slug}/groups/{id}/members/{member}", GroupMemberPage, "Group member";
            }
            /// Every other page of an organization.
            organization Organization "" {
                /// The home page.
                Home = home(), "/o/{slug}", HomePage, "Home";
                /// The organization's mail (spec I8).
                Mail = mail(), "/o/{slug}/mail", MailPage, "Mail";
                /// The audit log (spec A1).
                Audit = audit(), "/o/{slug}/audit", AuditLogPage, "Audit Log";
                /// One's own profile (spec L3); its forms are sent there too.
                Profile = profile(), "/o/{slug}/profile", ProfilePage, "Your Profile";
                /// The organization's settings (spec A8).
                Settings = settings(), "/o/{slug}/settings", SettingsPage, "Settings";
            }
        }
    };
}

pub(crate) use page_list;
