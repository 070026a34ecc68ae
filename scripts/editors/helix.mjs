/**
 * Edits an example in a real Helix, in a hidden terminal, with the set-up from docs/editor.md: Helix shows the violated
 * claim and formats the file.
 *
 *     npm run build && node scripts/editors/helix.mjs
 */
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installDebianPackages, onPath } from '../debian.mjs';
import { setupOf } from './setup.mjs';

/** A time that is longer than a check of the example takes on a busy machine. */
const PATIENCE_MS = 60_000;

const root = fileURLToPath(new URL('../..', import.meta.url));

// `script` gives Helix the terminal that it needs.
const missing = [...(onPath('hx') ? [] : ['hx']), ...(onPath('script') ? [] : ['bsdutils'])];
if (missing.length > 0) {
    installDebianPackages(missing);
}
const folder = mkdtempSync(join(tmpdir(), 'guardrail-helix-'));
const env = {
    ...process.env,
    TERM: 'xterm-256color',
    XDG_CONFIG_HOME: join(folder, 'config'),
    XDG_CACHE_HOME: join(folder, 'cache')
};
let helix;
try {
    mkdirSync(join(folder, 'config/helix'), { recursive: true });
    writeFileSync(join(folder, 'config/helix/languages.toml'), setupOf('Helix', 'toml'));
    const health = spawnSync('hx', ['--health', 'guardrail'], { env, encoding: 'utf8' });
    // The line contains colours around the mark.
    expect(
        /Configured language servers:\s.*✓.* node:/s.test(health.stdout),
        `health: ${health.stdout}${health.stderr}`
    );

    const example = join(folder, 'mail-assistant');
    cpSync(join(root, 'examples/mail-assistant'), example, { recursive: true });
    const policy = join(example, 'mail.guardrail');
    const formatted = readFileSync(policy, 'utf8')
        // With this change only posting is held, so the mailbox can leave through `web.fetch`.
        .replace('external tools when carries private', 'web.post');
    writeFileSync(policy, formatted.replace('agent assistant', 'agent    assistant'));

    const log = join(folder, 'helix.log');
    const command = `stty rows 50 cols 160; exec hx -vv --log '${log}' '${policy}'`;
    helix = spawn('script', ['-qfec', command, '/dev/null'], { env, stdio: ['pipe', 'ignore', 'inherit'] });
    const ended = new Promise((resolve) => helix.on('exit', resolve));
    const logged = () => (existsSync(log) ? readFileSync(log, 'utf8') : '');
    await until(() => logged().includes('GR590'), 'the violated claim');
    helix.stdin.write(':format\r');
    await until(() => logged().includes('textDocument/formatting'), 'the request to format');
    await until(() => {
        helix.stdin.write(':write\r');
        return readFileSync(policy, 'utf8') === formatted;
    }, 'the formatted file');
    helix.stdin.write(':quit!\r');
    await ended;
    console.log('Helix shows the violated claim, and formats the file.');
} finally {
    helix?.kill();
    rmSync(folder, { recursive: true, force: true });
}

async function until(isSo, what) {
    const end = Date.now() + PATIENCE_MS;
    while (!isSo()) {
        expect(Date.now() < end, `${what} did not come`);
        await new Promise((resolve) => setTimeout(resolve, 200));
    }
}

function expect(isSo, message) {
    if (!isSo) {
        throw new Error(message);
    }
}
