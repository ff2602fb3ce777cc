using TorchSharp;
using static Archer.Policy.Tensors.TensorArguments;

namespace Archer.Policy.Tensors.Torch;

/// <content>Terms over softmax distributions; each gives one number per row of logits [R, V].</content>
internal sealed partial class TorchBackend
{
    public Tensor SelectLogProbabilities(Tensor logits, ReadOnlySpan<int> targets)
    {
        RequireTargets(logits, targets);
        torch.Tensor x = Handle(logits), chosen = Indices(targets);
        return Result(logits.Rows, 1, () => x.log_softmax(1).gather(1, chosen.unsqueeze(1)));
    }

    public Tensor Entropy(Tensor logits)
    {
        var x = Handle(logits);
        return Result(logits.Rows, 1, () =>
        {
            var logs = x.log_softmax(1);
            return -(logs.exp() * logs).sum(1, keepdim: true);
        });
    }

    public Tensor KullbackLeibler(Tensor logits, Tensor reference)
    {
        RequireShape(reference, logits.Rows, logits.Columns, "reference");
        torch.Tensor x = Handle(logits), other = Handle(reference);
        return Result(logits.Rows, 1, () =>
        {
            var logs = x.log_softmax(1);
            return (logs.exp() * (logs - other.detach().log_softmax(1))).sum(1, keepdim: true);
        });
    }

    public Tensor CrossEntropy(Tensor logits, Tensor probabilities)
    {
        RequireShape(probabilities, logits.Rows, logits.Columns, "probabilities");
        torch.Tensor x = Handle(logits), labels = Handle(probabilities);
        return Result(logits.Rows, 1, () => -(labels.detach() * x.log_softmax(1)).sum(1, keepdim: true));
    }
}
