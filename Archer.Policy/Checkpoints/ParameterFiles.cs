using System.Numerics.Tensors;
using Archer.Policy.Tensors;

namespace Archer.Policy.Checkpoints;

/// <summary>Parameters to and from safetensors files, under their own names.</summary>
public static class ParameterFiles
{
    /// <summary>The parameters as tensors to write; their values are read when the file is written.</summary>
    public static IEnumerable<NamedTensor> Tensors(ParameterSet parameters) =>
        parameters.Select(parameter => new NamedTensor(parameter.Name, [.. parameter.Shape], () => parameter.Tensor.Values));

    /// <summary>Checks that a file has exactly the tensors of a model, before memory is taken for the model.</summary>
    /// <param name="file">The file.</param>
    /// <param name="path">Its path, for error messages.</param>
    /// <param name="specs">Names and shapes that the model has.</param>
    /// <param name="ignored">Names that the file may have and the model does not.</param>
    /// <exception cref="CheckpointException">A tensor is missing, has another shape or is no float, or is one too many.</exception>
    public static void Require(SafetensorsFile file, string path, IReadOnlyList<ParameterSpec> specs, params ReadOnlySpan<string> ignored)
    {
        var names = new HashSet<string>([.. ignored], StringComparer.Ordinal);
        foreach (var spec in specs)
        {
            var entry = file.Entry(spec.Name, spec.Shape);
            names.Add(spec.Name);
            if (entry.Type is TensorType.F32 or TensorType.F16 or TensorType.BF16 or TensorType.F64)
            {
                continue;
            }

            throw CheckpointException.AtPath(path, $"tensor '{spec.Name}'", "F32, F16, BF16 or F64", $"{entry.Type}");
        }

        if (file.Entries.FirstOrDefault(entry => !names.Contains(entry.Name)) is { } other)
        {
            throw CheckpointException.AtPath(path, "its tensors", $"the {specs.Count} of the model", $"also {CheckpointException.Quote(other.Name)}");
        }
    }

    /// <summary>Replaces the values of all parameters with a file's.</summary>
    /// <param name="file">The file.</param>
    /// <param name="path">Its path, for error messages.</param>
    /// <param name="parameters">The parameters.</param>
    /// <exception cref="CheckpointException">
    /// A tensor is missing, has another shape, cannot be read or holds what is no finite number. Parameters before it are replaced.
    /// </exception>
    public static void Load(SafetensorsFile file, string path, ParameterSet parameters)
    {
        float[] values = [];
        foreach (var parameter in parameters)
        {
            file.Entry(parameter.Name, [.. parameter.Shape]);
            if (values.Length < parameter.Count)
            {
                values = new float[parameter.Count];
            }

            file.ReadFloats(parameter.Name, values.AsSpan(0, parameter.Count));
            RequireFinite(path, parameter.Name, values.AsSpan(0, parameter.Count));
            parameter.Tensor.Write(values.AsSpan(0, parameter.Count));
        }
    }

    /// <summary>One such number may be in a row that is read only by some conversations: those would fail, and nobody would know why.</summary>
    private static void RequireFinite(string path, string name, ReadOnlySpan<float> values)
    {
        if (TensorPrimitives.IsFiniteAll<float>(values))
        {
            return;
        }

        var at = 0;
        while (float.IsFinite(values[at]))
        {
            at++;
        }

        throw CheckpointException.AtPath(path, $"tensor '{name}'", "finite numbers", $"{values[at]} at element {at}");
    }
}
