/** The page of the simulator. */
import { render } from 'preact';
import { Simulator } from './app.js';
import type { SavedSimulator, SimulatorFromView } from '../messages.js';
import './simulator.css';
import { readTexts } from '../../trace/texts.js';

/** The function that VS Code provides, once per page. */
declare function acquireVsCodeApi(): {
    postMessage(message: SimulatorFromView): void;
    setState(state: SavedSimulator): void;
};

const host = acquireVsCodeApi();
const root = document.getElementById('root');
if (root) {
    readTexts();
    render(<Simulator send={(message) => host.postMessage(message)} save={(state) => host.setState(state)} />, root);
}
