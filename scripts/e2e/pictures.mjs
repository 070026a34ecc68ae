/** The pictures in the documents, selected from those that the editor tests (test/e2e/suite) take. */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { globSync } from 'tinyglobby';
import { installDebianPackages, mustRun, onPath } from '../debian.mjs';
import { animation } from './animation.mjs';

/** The names of the pictures, each of which one test takes. */
export const PICTURES = [
    'changed-decisions-dark',
    'coverage-dark',
    'debugger-dark',
    'decide-call-dark',
    'fix-dark',
    'hover-dark',
    'import-done-dark',
    'import-tools-dark',
    'new-policy-dark',
    'packs-dark',
    'policies-dark',
    'quick-fixes-dark',
    'repaired-dark',
    'scenario-kept-dark',
    'session-dark',
    'session-file-dark',
    'session-filter-dark',
    'session-light',
    'session-policy-dark',
    'session-replay-dark',
    'session-sequence-dark',
    'settings-dark',
    'simulator-light',
    'status-dark',
    'status-menu-dark',
    'tests-dark',
    'undecided-dark',
    'waiting-call-dark',
    'walkthrough-dark'
];
/** The animations, each of which is a folder of frames (test/e2e/suite/animation.ts). */
export const ANIMATIONS = ['repair'];

/** The number of colours in a picture; more cannot be distinguished in an editor's plain areas and letters. */
const QUALITY = '70-95';

/** Copies only these pictures from folder `from` to folder `to`, as small as possible without a visible change. */
export function keepPictures(from, to) {
    installDebianPackages(onPath('pngquant') ? [] : ['pngquant']);
    // The drawings there are made by other programs.
    globSync('*.{png,gif}', { cwd: to, absolute: true }).forEach((path) => rmSync(path));
    for (const name of PICTURES) {
        const target = join(to, `${name}.png`);
        mustRun('pngquant', [
            '--quality',
            QUALITY,
            '--speed',
            '1',
            '--strip',
            '--output',
            target,
            join(from, `${name}.png`)
        ]);
    }
    for (const name of ANIMATIONS) {
        writeFileSync(join(to, `${name}.gif`), animation(join(from, name)));
    }
    console.log(`${PICTURES.length + ANIMATIONS.length} pictures are in docs/images.`);
}
