/** Other people's frameworks at work on Weir's data sources, each in its own style. */
@NullMarked
package dev.weir.frameworks;

import org.jspecify.annotations.NullMarked;
