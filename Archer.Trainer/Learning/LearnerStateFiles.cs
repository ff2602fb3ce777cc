using System.Text.Json;
using Archer.Policy.Checkpoints;
using Archer.Policy.Tensors;
using Archer.Trainer.Episodes;

namespace Archer.Trainer.Learning;

/// <summary>A learner as files: actor, reference, critic, target, the moments of both optimisers, its progress, and what it knows of conversations.</summary>
public static class LearnerStateFiles
{
    private const string TensorsName = "learner.safetensors";
    private const string ProgressName = "learner.json";
    private const string MemoryName = "conversations.bin";

    /// <summary>The files; values are read when they are written.</summary>
    /// <param name="learner">Not to be used until the files are written.</param>
    /// <param name="publishedVersion">Policy version that was published last.</param>
    public static IReadOnlyList<CheckpointFile> Files(Learner learner, string? publishedVersion)
    {
        var progress = learner.Progress(publishedVersion);
        return
        [
            new(ProgressName, stream => JsonSerializer.Serialize(stream, progress, LearnerProgressJson.Default.LearnerProgress)),
            new(TensorsName, stream => SafetensorsWriter.Write(stream, Sets(learner).SelectMany(Tensors))),
            .. learner.Memory is { } memory ? [new CheckpointFile(MemoryName, memory.Write)] : Array.Empty<CheckpointFile>(),
        ];
    }

    /// <summary>Sets a learner of the same shape to what the files hold; returns its progress. The buffer is the caller's to fill again.</summary>
    /// <remarks>A state of a program that kept no memory of conversations has none.</remarks>
    /// <exception cref="CheckpointException">A file is missing, or a tensor does not fit the learner.</exception>
    /// <exception cref="InvalidDataException">The progress or the memory cannot be read.</exception>
    public static LearnerProgress Restore(Learner learner, CheckpointDirectory directory)
    {
        var path = directory.FilePath(ProgressName);
        var progress = Read(path);
        using var file = SafetensorsFile.Open(directory.FilePath(TensorsName));
        foreach (var set in Sets(learner))
        {
            Load(file, set);
        }

        learner.Restore(progress, directory.Contains(MemoryName) ? BufferMemory.Read(directory.FilePath(MemoryName)) : null);
        return progress;
    }

    private static LearnerProgress Read(string path)
    {
        try
        {
            using var stream = File.OpenRead(path);
            return JsonSerializer.Deserialize(stream, LearnerProgressJson.Default.LearnerProgress)
                ?? throw new JsonException("expected an object, found null");
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException($"{path} at {exception.Path ?? "$"}: expected the progress of a learner; {exception.Message}", exception);
        }
    }

    private static SavedSet[] Sets(Learner learner) =>
    [
        new("actor.", learner.Actor.Parameters, learner.ActorTrainer.Optimizer),
        new("reference.", learner.ActorTrainer.Reference.Parameters, null),
        new("critic.", learner.Critic.Parameters, learner.CriticTrainer.Optimizer),
        new("target.", learner.CriticTrainer.Target.Parameters, null),
    ];

    private static IEnumerable<NamedTensor> Tensors(SavedSet set)
    {
        foreach (var parameter in set.Parameters)
        {
            int[] shape = [.. parameter.Shape];
            yield return new NamedTensor(set.Prefix + parameter.Name, shape, () => parameter.Tensor.Values);
            if (set.Optimizer is not { } optimizer)
            {
                continue;
            }

            yield return new NamedTensor(set.First(parameter), shape, () => optimizer.FirstMoment(parameter.Name));
            yield return new NamedTensor(set.Second(parameter), shape, () => optimizer.SecondMoment(parameter.Name));
        }
    }

    private static void Load(SafetensorsFile file, SavedSet set)
    {
        foreach (var parameter in set.Parameters)
        {
            parameter.Tensor.Write(Values(file, set.Prefix + parameter.Name, parameter));
            set.Optimizer?.RestoreMoments(parameter.Name, Values(file, set.First(parameter), parameter), Values(file, set.Second(parameter), parameter));
        }
    }

    private static float[] Values(SafetensorsFile file, string name, Parameter parameter)
    {
        file.Entry(name, [.. parameter.Shape]);
        return file.ReadFloats(name);
    }

    private sealed record SavedSet(string Prefix, ParameterSet Parameters, IOptimizer? Optimizer)
    {
        public string First(Parameter parameter) => $"{Prefix}{parameter.Name}#first";

        public string Second(Parameter parameter) => $"{Prefix}{parameter.Name}#second";
    }
}
