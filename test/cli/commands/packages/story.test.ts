/**
 * The story of a shared package: a platform team publishes packs and requires them, a team uses them, and a newer
 * version loosens a rule. It uses real package managers, with a registry on the loopback address. npm publishes; the deep
 * run gets the other package managers from npm's own registry.
 */
import { execFile, execFileSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { onlyDeep } from '../../../support/depth.js';
import { folder, guardrail, type Outcome } from '../../guardrail.js';
import { type Registry, startRegistry } from './registry.js';

const packs = (age: string): string => `/** Nothing that was read leaves through \`sink\` unless \`gate\` approves. */
@acme("P-1")
pack StaysIn(source: tools, sink: tools = external tools, gate: human) {
  require approval by gate for sink when once source${age}
  claim "nothing leaves alone": never sink when once source${age} unless approved by gate
}
`;

const INVENTORY = `
server mail {
  tool read(folder: string) readonly
  tool send(to: string) external
}
agent assistant
human reviewer
allow assistant: mail.*
`;
const USE = 'import { StaysIn } from "@acme/guardrails"\n';
const MAIL = `policy Mail\n\n${USE}${INVENTORY}\n@accept(sessions)\nuse StaysIn(source: mail.read, gate: reviewer)\n`;

const manifest = (version: string): string =>
    JSON.stringify({
        name: '@acme/guardrails',
        version,
        files: ['*.guardrail', '*.json'],
        exports: './packs.guardrail'
    });

const CONFIGURATION = {
    require: [{ pack: 'StaysIn', arguments: { sink: { includes: 'external tools' } } }],
    controls: ['controls.json'],
    accept: ['sessions']
};
const CONTROLS = { name: 'Rules of Acme', annotation: 'acme', controls: [{ id: 'P-1', title: 'Mail stays in' }] };

interface Manager {
    readonly name: string;
    /** The version to install; undefined for the npm that is there. */
    readonly version?: string;
    /** False if `diff` does not install from its lock file. */
    readonly locks: boolean;
}

const MANAGERS: readonly Manager[] = [
    { name: 'npm', locks: true },
    ...onlyDeep<Manager>([
        { name: 'pnpm', version: '10.34.9', locks: true },
        { name: 'yarn', version: '1.22.22', locks: false }
    ])
];

const STORY = 'from a first package to an upgrade that loosens a rule';
test.each(MANAGERS)(`${STORY}, with $name`, { timeout: 600_000 }, async ({ name, version, locks }) => {
    const registry = await startRegistry();
    onTestFinished(() => registry.close());
    const root = folder({
        'platform/package.json': manifest('1.0.0'),
        'platform/packs.guardrail': packs(''),
        'platform/guardrail.config.json': JSON.stringify(CONFIGURATION),
        'platform/controls.json': JSON.stringify(CONTROLS),
        'platform/examples/mail.guardrail': MAIL,
        'team/package.json': JSON.stringify({
            name: 'team',
            private: true,
            ...(version !== undefined && { packageManager: `${name}@${version}` })
        }),
        'tools/package.json': '{ "private": true }',
        'team/.git/HEAD': '',
        'team/guardrail.config.json': '{ "extends": "@acme/guardrails" }',
        'team/mail.guardrail': MAIL.replace(/@accept[\s\S]*/, ''),
        'team/.npmrc': `//${registry.url.slice('http://'.length)}/:_authToken=none\n`
    });
    const [platform, team] = [join(root, 'platform'), join(root, 'team')];
    writeFileSync(join(platform, '.npmrc'), readFileSync(join(team, '.npmrc')));
    const tools = join(root, 'tools');
    if (version !== undefined) {
        await promisify(execFile)('npm', ['install', '--no-audit', '--no-fund', `${name}@${version}`], { cwd: tools });
    }
    const environment = npmOf(registry, root);
    const env = { ...environment, PATH: `${join(tools, 'node_modules/.bin')}:${environment['PATH']}` };
    const run = (args: readonly string[], cwd = team): Promise<Outcome> => guardrail(args, { cwd, env });

    // The package checks a policy that imports it by its own name, and is published.
    const own = await run(['check', 'examples', '--format', 'compact'], platform);
    expect(own.code, own.stdout + own.stderr).toBe(0);
    for (const args of [['packages'], ['packages', '.']]) {
        const { stdout, stderr } = await run(args, platform);
        expect(stdout + stderr).toContain('## StaysIn');
    }
    await publish(platform, registry, root);

    // The team adds the package. Its policy lacks the required pack until it uses it.
    const added = await run(['packages', 'add', '@acme/guardrails']);
    expect(added.stdout + added.stderr).toContain('# @acme/guardrails 1.0.0\n');
    const without = await run(['check', '--format', 'compact']);
    expect([without.code, without.stdout]).toEqual([2, expect.stringContaining('GR260') as string]);
    writeFileSync(join(team, 'mail.guardrail'), MAIL);
    const used = await run(['check', '--format', 'compact']);
    expect(used.code, used.stdout + used.stderr).toBe(0);
    for (const format of ['pretty', 'compact', 'markdown', 'html', 'junit']) {
        const { stdout } = await run(['check', '--format', format]);
        expect(stdout, format).toContain('@acme/guardrails 1.0.0');
    }
    const sarif = JSON.parse((await run(['check', '--format', 'sarif'])).stdout) as {
        runs: { tool: { extensions: unknown } }[];
    };
    expect(sarif.runs[0]!.tool.extensions).toEqual([{ name: '@acme/guardrails', version: '1.0.0' }]);
    const { files } = JSON.parse((await run(['check', '--format', 'json'])).stdout) as {
        files: { packages: unknown }[];
    };
    expect(files[0]!.packages).toEqual([{ name: '@acme/guardrails', version: '1.0.0' }]);

    // The control of the package is proved, by the version that the report names.
    const coverage = JSON.parse((await run(['coverage', '--format', 'json'])).stdout) as {
        packages: unknown;
        required: { state: string }[];
        catalogues: { name: string; controls: { id: string; byPolicy: unknown }[] }[];
    };
    expect(coverage.packages).toEqual([{ name: '@acme/guardrails', version: '1.0.0', policies: ['mail.guardrail'] }]);
    expect(coverage.required.map(({ state }) => state)).toEqual(['used']);
    expect(coverage.catalogues[0]).toMatchObject({
        name: 'Rules of Acme',
        controls: [{ id: 'P-1', byPolicy: { 'mail.guardrail': 'proved' } }]
    });

    // The page about the package's packs.
    const { stdout: page } = await run(['packages']);
    for (const part of [
        '# @acme/guardrails 1.0.0',
        '## StaysIn',
        '| `sink` | tools | `external tools` |',
        '`@acme("P-1")`'
    ]) {
        expect(page).toContain(part);
    }

    // At first, nothing is newer. Then the platform team loosens the rule and its claim.
    expect(await run(['packages', 'outdated'])).toMatchObject({ code: 0 });
    writeFileSync(join(platform, 'package.json'), manifest('1.1.0'));
    writeFileSync(join(platform, 'packs.guardrail'), packs(' within 1h'));
    writeFileSync(join(platform, 'guardrail.config.json'), JSON.stringify({ ...CONFIGURATION, require: [] }));
    await publish(platform, registry, root);
    const newer = await run(['packages', 'outdated', '--format', 'json']);
    expect(newer.code, newer.stdout + newer.stderr).toBe(1);
    const { policies } = JSON.parse(newer.stdout) as {
        policies: { change: string; packages: unknown; differences: { change: string; tool: string }[] }[];
    };
    expect(policies, newer.stdout).toMatchObject([
        {
            path: 'mail.guardrail',
            packages: [{ name: '@acme/guardrails', version: '1.0.0', newest: '1.1.0' }],
            change: 'looser',
            configuration: [{ package: '@acme/guardrails', effect: 'looser' }]
        }
    ]);
    expect(policies[0]!.differences[0]).toMatchObject({ change: 'held -> allowed', tool: 'mail.send' });

    // Without the time to compare them, nothing is said about the change.
    const late = await run(['packages', 'outdated', '--format', 'json', '--time-limit', '0.001']);
    expect(late).toMatchObject({ code: 3, stdout: expect.stringContaining('"change": "undecided"') as string });

    // The installed package is still the one that was reviewed.
    const installed = readFileSync(join(team, 'node_modules/@acme/guardrails/package.json'), 'utf8');
    expect(JSON.parse(installed)).toMatchObject({ version: '1.0.0' });

    // The update is a change of the lock file, and `diff` installs what the earlier one lists.
    rmSync(join(team, '.git'), { recursive: true });
    writeFileSync(join(team, '.gitignore'), 'node_modules');
    const git = (...args: readonly string[]): unknown => execFileSync('git', args, { cwd: team });
    git('init', '--quiet');
    git('add', '.');
    git('-c', 'user.name=x', '-c', 'user.email=x@example.org', 'commit', '--quiet', '--message', 'with 1.0.0');
    await run(['packages', 'add', '@acme/guardrails@1.1.0']);
    const update = ['diff', 'HEAD:mail.guardrail', 'mail.guardrail'];
    const unknown = await run(update);
    expect(unknown.code, unknown.stdout + unknown.stderr).toBe(3);
    if (!locks) {
        return;
    }
    const updated = await run([...update, '--packages-of', 'lock']);
    expect(updated.code, updated.stdout + updated.stderr).toBe(1);
    expect(updated.stdout).toContain('held -> allowed');
    expect(updated.stdout).toContain('@acme/guardrails 1.0.0 → @acme/guardrails 1.1.0');
    expect(updated.stdout).toContain('@acme/guardrails requires less');
    expect(readFileSync(join(team, 'node_modules/@acme/guardrails/package.json'), 'utf8')).toContain('"1.1.0"');
});

function npmOf({ url }: Registry, root: string): Record<string, string> {
    return {
        PATH: `${dirname(process.execPath)}:${process.env['PATH'] ?? ''}`,
        HOME: root,
        npm_config_registry: url,
        npm_config_audit: 'false',
        npm_config_fund: 'false',
        npm_config_update_notifier: 'false',
        npm_config_cache: join(root, 'cache')
    };
}

/** The command must not block this thread, because the registry answers from it. */
async function publish(cwd: string, registry: Registry, root: string): Promise<void> {
    await promisify(execFile)('npm', ['publish', '--ignore-scripts'], { cwd, env: npmOf(registry, root) });
}
