namespace Archer.Trainer.Sft;

/// <summary>How far the cloning is.</summary>
/// <param name="Step">Steps done.</param>
/// <param name="Steps">Steps in all.</param>
/// <param name="Loss">Loss of the last step.</param>
/// <param name="ValidationLoss">Mean negative log-likelihood of imitated tokens in the validation conversations, nats.</param>
/// <param name="ValidationStopLoss">The same of the end-of-turn tokens among them, nats.</param>
/// <param name="ValidationLabelLoss">Cross-entropy of the label there, nats; null without labels.</param>
/// <param name="Elapsed">Time since the first step.</param>
/// <param name="Left">Time left at this pace.</param>
public sealed record SftProgress(
    int Step, int Steps, double Loss, double ValidationLoss, double ValidationStopLoss, double? ValidationLabelLoss, TimeSpan Elapsed, TimeSpan Left);
