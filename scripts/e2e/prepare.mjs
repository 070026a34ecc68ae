/**
 * Prepares what both ways of running the suite need: the built extension, the bundled tests, and a workspace to edit.
 */
import { buildSync } from 'esbuild';
import { spawnSync } from 'node:child_process';
import {
    appendFileSync,
    cpSync,
    existsSync,
    mkdirSync,
    mkdtempSync,
    readdirSync,
    readFileSync,
    rmSync,
    symlinkSync,
    writeFileSync
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SetupError } from '../debian.mjs';
import { copyExamples } from './copy-examples.mjs';
import { keepPictures } from './pictures.mjs';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const OUT = join(ROOT, 'test', 'e2e', 'out');
/** The mark of the suite's lines, as in test/e2e/suite/index.ts. */
const SUITE_MARK = 'e2e| ';
/**
 * The examples in the workspace. Whenever the language server starts, it checks all of them; some others take seconds.
 */
const EXAMPLES = ['coding-agent', 'hand-over', 'mail-assistant', 'mcp-servers'];
/** The policy in their folders that takes as long to check as all the others. */
const LEFT_OUT = 'coding-assistant.guardrail';

/**
 * @param {{ grep?: string | undefined, update?: boolean | undefined, all?: boolean | undefined, pictures?: boolean |
 * undefined, built?: boolean | undefined, quick?: boolean | undefined }} options run only the tests whose title contains
 * `grep`; with `update` the reference pictures are taken again; with `all` the run continues after a failure; with
 * `pictures` frames of the animation are taken too; with `built` the extension is not built again; with `quick` the
 * tests of `left-to-full.ts` are left out
 * @returns the extension's folder, the test module, a temporary workspace, a folder for logs, the folder of the
 * reference pictures, the environment that the suite reads, `log(line)` for the editor's console output, `report()`,
 * which prints the suite's closing line and returns false if there is none, `keepPictures()`, which copies the
 * documents' pictures into docs/images, and `remove()`
 */
export function prepare({ grep, update, all, pictures, built, quick }) {
    if (!built) {
        build();
    }
    rmSync(OUT, { recursive: true, force: true });
    mkdirSync(OUT, { recursive: true });
    const tests = join(OUT, 'suite.cjs');
    buildSync({
        entryPoints: [join(ROOT, 'test', 'e2e', 'suite', 'index.ts')],
        outfile: tests,
        bundle: true,
        platform: 'node',
        format: 'cjs',
        target: 'node20',
        sourcemap: 'inline',
        external: ['vscode', 'mocha', 'playwright-core']
    });
    const folder = mkdtempSync(join(tmpdir(), 'guardrail-workspace-'));
    for (const name of EXAMPLES) {
        copyExamples(join(ROOT, 'examples', name), join(folder, name), (path) => basename(path) !== LEFT_OUT);
    }
    // The folder is created at the start, because an older VS Code does not notice one that is created later.
    mkdirSync(join(folder, '.vscode'));
    const tasks = [{ label: 'mail', type: 'guardrail', files: ['mail-assistant'] }];
    writeFileSync(join(folder, '.vscode', 'tasks.json'), JSON.stringify({ version: '2.0.0', tasks }));
    const runtime = mkdtempSync(join(tmpdir(), 'guardrail-run-'));
    const reportFile = join(OUT, 'report.json');
    return {
        extension: copyOfExtension(folder),
        tests,
        folder,
        logs: join(OUT, 'logs'),
        baselines: join(ROOT, 'test', 'e2e', 'baselines'),
        environment: {
            // The gateways of other tests have their sockets elsewhere.
            XDG_RUNTIME_DIR: runtime,
            GUARDRAIL_E2E_OUT: OUT,
            GUARDRAIL_E2E_REPORT: reportFile,
            ...(all ? { GUARDRAIL_E2E_ALL: '1' } : {}),
            ...(quick ? { GUARDRAIL_E2E_QUICK: '1' } : {}),
            ...(update ? { GUARDRAIL_E2E_UPDATE: '1' } : {}),
            ...(pictures ? { GUARDRAIL_E2E_PICTURES: '1' } : {}),
            ...(grep ? { GUARDRAIL_E2E_GREP: grep } : {})
        },
        log: printSuiteLine,
        report: () => printReport(reportFile),
        keepPictures: () => keepPictures(OUT, join(ROOT, 'docs', 'images')),
        remove: () => {
            rmSync(folder, { recursive: true, force: true });
            rmSync(runtime, { recursive: true, force: true });
            rmSync(`${folder}-extension`, { recursive: true, force: true });
        }
    };
}

/** Some tests take files of the build away, which other tests use at the same time, so the suite has a build of its own. */
function copyOfExtension(folder) {
    const copy = `${folder}-extension`;
    mkdirSync(copy);
    for (const name of readdirSync(ROOT)) {
        if (name === 'dist') {
            cpSync(join(ROOT, name), join(copy, name), { recursive: true });
        } else if (!name.startsWith('.')) {
            symlinkSync(join(ROOT, name), join(copy, name));
        }
    }
    return copy;
}

function build() {
    const { status } = spawnSync('npm', ['run', '--silent', 'build', '--', '--minify'], {
        cwd: ROOT,
        stdio: 'inherit',
        shell: false
    });
    if (status !== 0) {
        throw new SetupError('The extension does not build; see above.');
    }
}

/** The suite marks its own lines; the others come from the editor and go to a file. */
function printSuiteLine(line) {
    if (line.startsWith(SUITE_MARK)) {
        console.log(line.slice(SUITE_MARK.length));
    } else {
        appendFileSync(join(OUT, 'console.log'), `${line}\n`);
    }
}

function printReport(file) {
    if (!existsSync(file)) {
        return false;
    }
    const { passed, failed, skipped } = JSON.parse(readFileSync(file, 'utf8'));
    console.log(`${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ''}`);
    return passed + failed > 0;
}
