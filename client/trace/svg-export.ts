/**
 * Writes a diagram as a standalone file: the properties from the theme and the style sheet are copied into each of its
 * elements.
 */

const NAMESPACE = 'http://www.w3.org/2000/svg';
/** The properties by which elements differ and that no attribute carries. */
const STYLES = [
    ...['fill', 'fill-opacity', 'stroke', 'stroke-width', 'stroke-dasharray', 'stroke-opacity', 'stroke-linecap'],
    ...['opacity', 'font-family', 'font-size', 'font-weight', 'font-style', 'letter-spacing', 'text-anchor', 'display']
];
const MARGIN = 16;

/** @param parts the drawings, placed one below the other */
export function exportedSvg(parts: readonly SVGSVGElement[]): string {
    const sizes = parts.map((part) => ({
        width: Number(part.getAttribute('width')),
        height: Number(part.getAttribute('height'))
    }));
    const width = Math.max(...sizes.map((size) => size.width)) + 2 * MARGIN;
    const height = sizes.reduce((sum, size) => sum + size.height, 2 * MARGIN);
    const whole = document.createElementNS(NAMESPACE, 'svg');
    whole.setAttribute('xmlns', NAMESPACE);
    whole.setAttribute('width', String(width));
    whole.setAttribute('height', String(height));
    whole.setAttribute('viewBox', `0 0 ${width} ${height}`);
    const ground = document.createElementNS(NAMESPACE, 'rect');
    ground.setAttribute('width', '100%');
    ground.setAttribute('height', '100%');
    ground.setAttribute('fill', getComputedStyle(document.body).backgroundColor);
    whole.append(ground);
    let top = MARGIN;
    parts.forEach((part, index) => {
        const group = document.createElementNS(NAMESPACE, 'g');
        group.setAttribute('transform', `translate(${MARGIN} ${top})`);
        group.append(...[...part.children].map(styledCopy));
        whole.append(group);
        top += sizes[index]!.height;
    });
    return `${new XMLSerializer().serializeToString(whole)}\n`;
}

function styledCopy(element: Element): Element {
    const copy = element.cloneNode(false) as Element;
    for (const name of ['class', 'role', 'tabindex', 'aria-current', 'aria-label', 'aria-hidden']) {
        copy.removeAttribute(name);
    }
    const style = getComputedStyle(element);
    for (const name of STYLES) {
        const value = style.getPropertyValue(name);
        if (value !== '') {
            copy.setAttribute(name, value);
        }
    }
    for (const child of element.childNodes) {
        copy.append(child.nodeType === Node.ELEMENT_NODE ? styledCopy(child as Element) : child.cloneNode());
    }
    return copy;
}
