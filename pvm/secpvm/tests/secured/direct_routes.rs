//! Direct routes between hosts are TCP: between two tasks that seal, with somebody in the path who has
//! every byte that PVM writes there, and alters what comes behind it, or adds to it.

use secpvm::lab::Lab;

use crate::machine::{GCM, machine, text};
use crate::tasks::{build, sealed};

/// Forgery, as core's error says it.
const FORGED: &str = "forged: not made by a member for this receiver, or altered";

/// Which of the messages 1 to 4 the partner has received after `deed` was done to 2 and 3, and what
/// has been said.
fn meddled(lab: &Lab, deed: &str) -> (String, String) {
    let output = sealed(lab, &["meddle", deed]);
    assert!(output.status.success(), "{deed}: {output:?}");
    let said = text(&output.stdout);
    let received = said
        .lines()
        .find_map(|line| line.strip_prefix("received: "));
    let received = received.unwrap_or_else(|| panic!("{deed}: {output:?}"));
    (received.to_owned(), said.clone())
}

#[test]
fn in_the_path_of_a_direct_route_nothing_can_be_altered_or_added() {
    build();
    let lab = machine(2, GCM);
    for (deed, received, reason) in [
        ("alter", "1 3 4", FORGED),
        ("tag", "1 3 4", FORGED),
        (
            "source",
            "1 3 4",
            "it was sealed by another task than it claims",
        ),
        (
            "repeat",
            "1 2 3 4",
            "replayed: this packet number was taken before",
        ),
        (
            "reverse",
            "1 3 4",
            "it was sent before one that has come already",
        ),
        ("swap", "1 3 4", FORGED),
        ("mix", "1 4", FORGED),
        ("cut", "1 3 4", FORGED),
        ("forge", "1 2 3 4", "it is not sealed"),
        ("control", "1 2 3 4", "it is not sealed"),
    ] {
        let (got, said) = meddled(&lab, deed);
        assert_eq!(got, received, "{deed}: {said}");
        assert!(
            said.contains("secpvm: refused 1 message; the last, with tag"),
            "{deed}: {said}"
        );
        assert!(said.contains(reason), "{deed}: {said}");
    }
}

/// What is taken away cannot be noticed: as on any network.
#[test]
fn in_the_path_of_a_direct_route_messages_can_be_lost() {
    build();
    let lab = machine(2, GCM);
    assert_eq!(meddled(&lab, "nothing").0, "1 2 3 4");
    assert_eq!(meddled(&lab, "drop").0, "1 3 4");
    let (received, said) = meddled(&lab, "orphan");
    assert_eq!(received, "1 3 4");
    assert!(said.contains("frag with no message"), "{said}");
}

/// PVM believes the lengths in its own headers. Then the daemons carry what follows.
#[test]
fn what_can_be_no_frame_ends_a_direct_route_and_nothing_else() {
    build();
    let lab = machine(2, GCM);
    for deed in ["long", "longer-than-sealed", "negative"] {
        let (received, said) = meddled(&lab, deed);
        assert_eq!(received, "1 4", "{deed}: {said}");
        assert!(
            said.contains("secpvm: closed the direct route to t4")
                && said.contains("what came there is no frame of PVM's"),
            "{deed}: {said}"
        );
    }
}

/// A message that was being written then goes through the daemons; the one before it is lost.
#[test]
fn a_direct_route_that_breaks_ends_no_task() {
    build();
    assert_eq!(meddled(&machine(2, GCM), "end").0, "1 3 4");
}

#[test]
fn a_stranger_cannot_take_the_place_of_the_task_that_asked_for_a_route() {
    build();
    let (received, said) = meddled(&machine(2, GCM), "stranger");
    assert_eq!(received, "1 2 3 4");
    assert!(!said.contains("no filter"), "{said}");
}
