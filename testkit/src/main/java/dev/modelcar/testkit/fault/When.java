package dev.modelcar.testkit.fault;

/** The moment within an exchange at which a connection fails. */
public enum When {
  /** Before a byte of the request's body was read; the request has no effect. */
  BEFORE_BODY,
  /** After a number of bytes of the request's body; never, if it has fewer. */
  IN_BODY,
  /** In place of the answer: the request took effect, but nobody is told. */
  AFTER_BODY,
  /** After a number of bytes of the answer's head, never all of it; the request took effect. */
  IN_HEAD,
  /** After a number of bytes of the answer's body; never, if it has fewer. */
  IN_ANSWER
}
