/**
 * The pages of the site, generated from the documents of the repository: copied with their folders, so that links stay
 * the same. A link to a file that is not a document leads to a page with its text, and a link to a folder leads to a
 * list of its files on the site.
 */
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../', import.meta.url));
const DOCUMENTS = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'examples/README.md'];

/** Writes the pages into a folder, which is emptied first. */
export function writePages(folder) {
    rmSync(folder, { recursive: true, force: true });
    const documents = [
        ...DOCUMENTS,
        ...readdirSync(join(root, 'docs'), { recursive: true })
            .map((name) => posix.join('docs', name.replaceAll('\\', '/')))
            .filter((name) => name.endsWith('.md'))
    ];
    // A document that another one links to is added while the others are written.
    const linked = { documents: new Set(documents), files: new Set(), folders: new Set() };
    for (const document of linked.documents) {
        write(folder, pageOf(document), led(document, readFileSync(join(root, document), 'utf8'), linked));
    }
    for (const file of linked.files) {
        write(folder, pageOf(file), textPage(file));
    }
    for (const name of linked.folders) {
        write(folder, `${name}/index.md`, listPage(name, [...linked.documents, ...linked.files]));
    }
    cpSync(join(root, 'client/icons/guardrail.png'), join(folder, 'public/guardrail.png'));
    cpSync(join(root, 'docs/images'), join(folder, 'docs/images'), { recursive: true });
}

/** The location of a document or file on the site, from the root of the repository. */
function pageOf(path) {
    return path.endsWith('.md') ? path.replace(/(^|\/)README\.md$/, '$1index.md') : `${path}.md`;
}

/** The text with its links pointing to pages; code is left unchanged. */
function led(document, text, linked) {
    const parts = text.split(/(^ *```[\s\S]*?^ *```$|`[^`\n]+`)/m);
    return parts
        .map((part, index) =>
            index % 2 === 1
                ? part
                : part.replace(
                      /(\]\(|^\[[^\]\n]+\]: )([^)\s]+)/gm,
                      (_, before, to) => before + leads(document, to, linked)
                  )
        )
        .join('');
}

function leads(document, target, linked) {
    if (/^(?:[a-z]+:|#)/.test(target) || /\.(?:png|gif|svg)$/.test(target)) {
        return target;
    }
    const [path, anchor] = target.split('#');
    const file = posix.join(posix.dirname(document), path).replace(/\/$/, '');
    // Broken links are left for the build to report.
    const there = existsSync(join(root, file));
    if (there && statSync(join(root, file)).isDirectory()) {
        linked.folders.add(file);
        return `${path.replace(/\/$/, '')}/index.md`;
    }
    if (there) {
        linked[file.endsWith('.md') ? 'documents' : 'files'].add(file);
    }
    return pageOf(path) + (anchor === undefined ? '' : `#${anchor}`);
}

function textPage(file) {
    const text = readFileSync(join(root, file), 'utf8');
    const language = { '.ts': 'ts', '.guardrail': 'guardrail' }[posix.extname(file)] ?? 'text';
    return `---\noutline: false\n---\n\n# ${file}\n\n\`\`\`\`${language}:line-numbers anchors\n${text.trimEnd()}\n\`\`\`\`\n`;
}

function listPage(name, pages) {
    const rows = pages
        .filter((page) => page.startsWith(`${name}/`))
        .sort()
        .map((page) => `- [${titleOf(page)}](${pageOf(page).slice(name.length + 1)})`);
    return `# ${name}\n\n${rows.join('\n')}\n`;
}

function titleOf(page) {
    const heading = page.endsWith('.md') ? /^# (.*)$/m.exec(readFileSync(join(root, page), 'utf8'))?.[1] : undefined;
    return heading ?? posix.basename(page);
}

function write(folder, page, text) {
    mkdirSync(dirname(join(folder, page)), { recursive: true });
    writeFileSync(join(folder, page), text);
}
