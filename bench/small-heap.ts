/** Imported first: the heap is kept as `vice serve` keeps it, before anything else is loaded. */
import { holdHeapSmall } from "../src/doors/cli/small-heap.ts";

holdHeapSmall();
