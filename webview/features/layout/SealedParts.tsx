import { BeforeMerge } from '../sealed/BeforeMerge';
import { ProofTable } from '../sealed/ProofTable';
import { Summary } from '../sealed/Summary';
import { panelId } from './MainHead';

/** What is proven, what was not clean, and what the Commander says of it. */
export function SealedParts() {
  return (
    <div id={panelId} role="tabpanel" aria-labelledby="tab-proof" className="sealed-parts">
      <ProofTable />
      <div className="halves">
        <BeforeMerge />
        <Summary />
      </div>
    </div>
  );
}
