/**
 * The contrast of a text depends on its colours, those of what it stands on, and how large it is drawn; that of a link also on
 * the text around it. So of texts that look alike, one a language is looked at. Returns the elements whose own text looks as
 * none before; a single character, or what is hidden, never fails.
 */
export const UNLIKE_SEEN = `(() => {
  window.seen ??= new Set();
  const NEUTRAL = '1 none rgba(0, 0, 0, 0)';
  const colorsOf = (it) => {
    const { color, webkitTextFillColor, fontSize, fontWeight, textShadow } = getComputedStyle(it);
    return [color, webkitTextFillColor, fontSize, fontWeight, textShadow];
  };
  const aroundOf = (link) => {
    const { textDecorationLine, borderBottomWidth, fontStyle } = getComputedStyle(link);
    const isAlone = link.closest('p, li, td, th, dd, dt')?.textContent.trim() === link.textContent.trim();
    const own = [textDecorationLine, borderBottomWidth, fontStyle, isAlone];
    return [...own, ...colorsOf(link.parentElement)];
  };
  const lookOf = (it) => {
    const look = [...colorsOf(it), ...(it.localName === 'a' ? aroundOf(it) : [])];
    for (let place = it; place; place = place.parentElement) {
      const { backgroundColor, backgroundImage, opacity } = getComputedStyle(place);
      const ground = [opacity, backgroundImage, backgroundColor].join(' ');
      if (ground !== NEUTRAL) look.push(ground);
    }
    return look.join(', ');
  };
  const isText = (node) => node.nodeType === 3 && node.data.trim().length > 1;
  return [...document.querySelectorAll('body *')].filter((it) => {
    if (it.localName !== 'a' && ![...it.childNodes].some(isText)) return false;
    if (!it.checkVisibility({ opacityProperty: true, visibilityProperty: true })) return false;
    const look = lookOf(it);
    return !window.seen.has(look) && window.seen.add(look);
  });
})()`;
