package dev.modelcar.core;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/** Why a file could not be used. The exceptions of {@code java.nio.file} often name it alone. */
public final class IoReason {
  private IoReason() {}

  /** The reason in words, without the name of the file. */
  public static String of(IOException e) {
    return switch (e) {
      case AccessDeniedException denied -> "permission denied";
      case NoSuchFileException missing -> "no such file or folder";
      case FileAlreadyExistsException present -> "it exists already";
      case NotDirectoryException file -> "not a folder";
      case DirectoryNotEmptyException full -> "the folder is not empty";
      case FileSystemLoopException loop -> "symbolic links lead in a circle";
      case FileSystemException other when other.getReason() != null -> other.getReason();
      default -> e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    };
  }
}
