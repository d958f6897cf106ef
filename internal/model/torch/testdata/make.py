"""Makes the samples with PyTorch itself: python3 make.py"""
import torch
import torch.nn as nn
from torch.package import PackageExporter

torch.manual_seed(0)


class M(nn.Module):
    def __init__(self):
        super().__init__()
        self.l = nn.Linear(4, 4)

    def forward(self, x):
        return self.l(x) * 2 + torch.sigmoid(x)


m = M()
torch.save(m.state_dict(), "weights.pt")
torch.save({"a": torch.zeros(3, dtype=torch.half), "b": torch.zeros(0), "c": 1}, "mixed.ckpt")
torch.jit.script(m).save("script.pt")
torch.jit.trace(m, torch.zeros(1, 4)).save("trace.pth")
torch.jit.script(m)._save_for_lite_interpreter("mobile.ptl")
q = torch.quantization.quantize_dynamic(nn.Sequential(nn.Linear(4, 4)), {nn.Linear}, dtype=torch.qint8)
torch.jit.script(q).save("quantized.pt")
with PackageExporter("package.pt") as e:
    e.extern("torch.**")
    e.intern("mymod")
    e.save_source_string("mymod", "import torch\nclass A(torch.nn.Module):\n    def forward(self, x): return x\n")
    e.save_text("t", "a.txt", "hello")
    e.save_pickle("model", "model.pkl", {"a": torch.zeros(3)})
