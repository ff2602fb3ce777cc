using Archer.Policy.Tensors;

namespace Archer.Trainer.Tests.Learning;

public sealed class LearnerTests() : LearnerContract(TensorBackends.Cpu());
