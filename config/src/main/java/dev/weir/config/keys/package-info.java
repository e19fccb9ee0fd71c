/**
 * The catalogue of every setting there is: its key, how it is written, what it means, what it is
 * called in the environment, and which one a misspelt key was meant to be. A setting that is not
 * here does not exist. Start reading at {@link dev.weir.config.keys.Catalogue}.
 */
@NullMarked
package dev.weir.config.keys;

import org.jspecify.annotations.NullMarked;
