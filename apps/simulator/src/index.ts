// What the command line and tests use of the simulator.

export type { Adapter, AdapterOptions, Joining, Role, Transport } from './adapters/adapter.js';
export type { Broken, Check, Verdict } from './checker/verdict.js';
export { type Choosing, choices, type Editor, type Holding, type SaveState } from './editors/editor.js';
export type { EventOf, Fields, HistoryEvent, Kind, Op, Result, Told, Unstamped, Version } from './history/event.js';
export { createRecorder, type Recorder } from './history/recorder.js';
export type { Net, Through } from './network/net.js';
export { type Random, randomOf } from './random.js';
export type { Ran } from './run.js';
export type * from './scenario/plan.js';
export { type Faults, type People, type Scenario, scenarioSchema } from './scenario/scenario.js';
export type { Core, CoreAnswer, CoreAsk, CoreLine, CoreNode, CoreOptions, StartCore } from './world/core.js';
