/// <reference types="vite/client" />
// With the fonts that the reader's system has: VitePress's own would be two fifths of what a lesson makes a browser load.
import theme from 'vitepress/theme-without-fonts';
import './style.css';

export default theme;
