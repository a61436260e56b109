-- One row: a number that a server counts on and then reads as anybody would, to prove that what is answered lasts.
CREATE TABLE proofs (
    id {integer} NOT NULL PRIMARY KEY CHECK (id = 1),
    number {integer} NOT NULL
){strict};
