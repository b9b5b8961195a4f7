/** An id as the anchor of a heading: "load.steady" is "load-steady". */
export const anchorOf = (id: string): string => id.replaceAll(/[^a-z0-9]+/g, '-');

/** Where Troubleshooting speaks about a message, as a path from the repository's root. */
export const moreAbout = (page: string, id: string): string =>
  `docs/troubleshooting/${page}.md#${anchorOf(id)}`;
