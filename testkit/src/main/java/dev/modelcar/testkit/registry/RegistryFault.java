package dev.modelcar.testkit.registry;

import dev.modelcar.testkit.fault.Fault;

/** What can be wrong with the answers of a registry in particular. */
public sealed interface RegistryFault extends Fault.OfServer {

  /** {@code Docker-Content-Digest} names other bytes. */
  record WrongDigestHeader() implements RegistryFault {}

  /** There is no {@code Docker-Content-Digest}. */
  record MissingDigestHeader() implements RegistryFault {}

  /** An upload's answer without {@code Location}. */
  record MissingLocation() implements RegistryFault {}

  /**
   * An upload's answer leads to another place.
   *
   * @param root scheme and authority of it
   */
  record ForeignLocation(String root) implements RegistryFault {}

  /** An upload's answer says {@code Range: 0-0}, whatever has arrived. */
  record ZeroRange() implements RegistryFault {}

  /** An upload's answer tells of fewer bytes than have arrived. */
  record StaleRange(long bytesBehind) implements RegistryFault {}

  /** The upload is forgotten before the request is looked at. */
  record SessionVanished() implements RegistryFault {}

  /**
   * A blob is gone: the one asked for by HEAD or GET; the one just uploaded, though its closing
   * request says 201; the largest one of a manifest, right before the manifest arrives.
   */
  record BlobVanished() implements RegistryFault {}

  /** The manifest is answered with 201, but not stored. */
  record ManifestNotStored() implements RegistryFault {}

  /** The manifest is answered with 201, but other bytes are stored under its tag. */
  record ManifestAltered() implements RegistryFault {}

  /** The manifest is stored and listed under its subject, but no {@code OCI-Subject} says so. */
  record SubjectNotSaid() implements RegistryFault {}

  /** HEAD finds a blob of this size, whether there is one or not. */
  record LyingHead(long size) implements RegistryFault {}

  /** The credentials are refused, as if they had just expired. */
  record CredentialsRefused() implements RegistryFault {}
}
