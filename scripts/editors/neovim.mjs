/**
 * Edits an example in a real Neovim, without a window, with the set-up from docs/editor.md.
 *
 *     npm run build && node scripts/editors/neovim.mjs
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installDebianPackages, onPath } from '../debian.mjs';
import { setupOf } from './setup.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));

if (!onPath('nvim')) {
    installDebianPackages(['neovim']);
}
const folder = mkdtempSync(join(tmpdir(), 'guardrail-neovim-'));
try {
    const setup = join(folder, 'setup.lua');
    writeFileSync(setup, setupOf('Neovim', 'lua'));
    const example = join(folder, 'mail-assistant');
    cpSync(join(root, 'examples/mail-assistant'), example, { recursive: true });
    const policy = join(example, 'mail.guardrail');
    const text = readFileSync(policy, 'utf8');
    // With this change only posting is held, so the mailbox can leave through `web.fetch`.
    writeFileSync(policy, text.replace('external tools when carries private', 'web.post'));
    const { status, error } = spawnSync(
        'nvim',
        ['--headless', '--clean', '-l', join(root, 'scripts/editors/neovim.lua'), setup, example],
        { stdio: 'inherit', env: { ...process.env, XDG_STATE_HOME: folder } }
    );
    if (error) {
        throw error;
    }
    process.exitCode = status ?? 1;
} finally {
    rmSync(folder, { recursive: true, force: true });
}
