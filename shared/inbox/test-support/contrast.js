// Runs inside the page, for page-looks.test.ts: the contrast between every text and the ground it stands on.
// The formula is WCAG's: https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio
(() => {
  const luminance = (color) => {
    const [red, green, blue] = color.match(/[\d.]+/g).map((value) => {
      const part = Number(value) / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };

  const groundOf = (element) => {
    const { backgroundColor } = getComputedStyle(element);
    const isTransparent = backgroundColor === 'rgba(0, 0, 0, 0)';
    return isTransparent ? groundOf(element.parentElement) : backgroundColor;
  };

  const hasText = ({ childNodes }) =>
    [...childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.nodeValue.trim());

  return [...document.querySelectorAll('body *')].filter(hasText).map((element) => {
    const colors = [getComputedStyle(element).color, groundOf(element)];
    const [dark, bright] = colors.map(luminance).sort((a, b) => a - b);
    return { text: element.textContent, contrast: (bright + 0.05) / (dark + 0.05) };
  });
})();
