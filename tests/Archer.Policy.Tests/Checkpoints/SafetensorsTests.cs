using System.Buffers.Binary;
using System.Text;
using Archer.Policy.Checkpoints;
using Archer.Testing;

namespace Archer.Policy.Tests.Checkpoints;

public sealed class SafetensorsTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private string FilePath => _directory["model.safetensors"];

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Read_OfWritten_GivesTheSameElements()
    {
        float[] weights = [1, -2.5f, float.NaN, float.PositiveInfinity, float.Epsilon, -0f];
        long[] steps = [long.MinValue, 12];
        Write([new("w", [2, 3], weights), new("empty", [0, 7], Array.Empty<float>()), new("step", [2], steps), new("seed", [], new byte[] { 9 })]);

        using var file = SafetensorsFile.Open(FilePath);

        Assert.Equal(weights, file.ReadFloats("w"));
        Assert.Equal(steps, file.ReadInt64("step"));
        Assert.Empty(file.ReadFloats("empty"));
        var seed = new byte[1];
        file.ReadBytes("seed", seed);
        Assert.Equal(9, seed[0]);
        Assert.Equal("[2, 3]", file.Entry("w", 2, 3).ShapeText);
        Assert.Equal("pt", file.Metadata["format"]);
        Assert.True(file.Contains("w") && !file.Contains("v"));
    }

    [Fact]
    public void Write_Tensors_HasTheBytesOfTheFormat()
    {
        Write([new("b", [2], new float[] { 1, 2 }), new("a", [], new byte[] { 7 })]);

        var header = """{"__metadata__":{"format":"pt"},"b":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"a":{"dtype":"U8","shape":[],"data_offsets":[8,9]}}""";
        header = header.PadRight((header.Length + 7) / 8 * 8);
        var length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
        Assert.Equal([.. length, .. Encoding.UTF8.GetBytes(header), 0, 0, 0x80, 0x3F, 0, 0, 0, 0x40, 7], File.ReadAllBytes(FilePath));
    }

    [Fact]
    public void Write_InAnyOrder_GivesTheSameBytes()
    {
        NamedTensor[] tensors = [new("b", [1], new float[] { 1 }), new("step", [1], new long[] { 3 }), new("a", [1], new float[] { 2 })];
        using var first = new MemoryStream();
        using var second = new MemoryStream();

        SafetensorsWriter.Write(first, tensors);
        SafetensorsWriter.Write(second, tensors.Reverse());

        Assert.Equal(first.ToArray(), second.ToArray());
    }

    [Fact]
    public void Write_ANameTwice_Throws() =>
        Assert.Throws<ArgumentException>(() => SafetensorsWriter.Write(Stream.Null, [new("a", [0], Array.Empty<float>()), new("a", [0], Array.Empty<float>())]));

    [Fact]
    public void NamedTensor_OfAnotherShape_Throws()
    {
        Assert.Throws<ArgumentException>(() => new NamedTensor("a", [2, 2], new float[3]));
        Assert.Throws<ArgumentException>(() => new NamedTensor("a", [-2, -2], new float[4]));
    }

    [Fact]
    public void ReadFloats_OfOtherPrecisions_WidensThem()
    {
        Raw("""{"h":{"dtype":"F16","shape":[3],"data_offsets":[0,6]},"b":{"dtype":"BF16","shape":[2],"data_offsets":[6,10]},"d":{"dtype":"F64","shape":[1],"data_offsets":[10,18]}}""",
            [.. BitConverter.GetBytes((Half)1.5), .. BitConverter.GetBytes(Half.NegativeInfinity), .. BitConverter.GetBytes(Half.Epsilon), 0x80, 0x3F, 0x00, 0xC0, .. BitConverter.GetBytes(0.25)]);

        using var file = SafetensorsFile.Open(FilePath);

        Assert.Equal([1.5f, float.NegativeInfinity, 5.9604645e-8f], file.ReadFloats("h"));
        Assert.Equal([1f, -2f], file.ReadFloats("b"));
        Assert.Equal([0.25f], file.ReadFloats("d"));
    }

    [Fact]
    public void ReadFloats_OfManyHalves_ReadsEveryChunk()
    {
        const int count = 100_000;
        byte[] data = [.. Enumerable.Range(0, count).SelectMany(i => BitConverter.GetBytes((Half)(i % 1000)))];
        Raw($$$"""{"h":{"dtype":"F16","shape":[{{{count}}}],"data_offsets":[0,{{{2 * count}}}]}}""", data);

        using var file = SafetensorsFile.Open(FilePath);

        Assert.Equal(Enumerable.Range(0, count).Select(i => (float)(i % 1000)), file.ReadFloats("h"));
    }

    [Fact]
    public void Read_OfWhatIsNotThere_SaysWhatIs()
    {
        Write([new("w", [2, 3], new float[6]), new("step", [1], new long[1])]);
        using var file = SafetensorsFile.Open(FilePath);

        Assert.Equal("none of this name", Assert.Throws<CheckpointException>(() => file.ReadFloats("v")).Actual);
        Assert.Equal("shape [2, 3]", Assert.Throws<CheckpointException>(() => file.Entry("w", 3, 2)).Actual);
        Assert.Equal("shape [2, 3]", Assert.Throws<CheckpointException>(() => file.ReadFloats("w", new float[5])).Actual);
        Assert.Equal("I64", Assert.Throws<CheckpointException>(() => file.ReadFloats("step")).Actual);
        Assert.Equal("F32", Assert.Throws<CheckpointException>(() => file.ReadInt64("w")).Actual);
        Assert.Equal("24 bytes", Assert.Throws<CheckpointException>(() => file.ReadBytes("w", new byte[5])).Actual);
    }

    [Theory]
    [InlineData("", 8, "JSON", "other text")]
    [InlineData("[]", 8, "an object", "'['")]
    [InlineData("{", 9, "JSON", "other text")]
    [InlineData("{}}", 10, "JSON", "other text")]
    [InlineData("""{"a":1}""", 13, "an object with dtype, shape and data_offsets", "'1'")]
    [InlineData("""{"a":{}}""", 14, "dtype, shape and data_offsets", "the end of the object")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8],"x":1}}""", 61, "dtype, shape or data_offsets", "'x'")]
    [InlineData("""{"a":{"dtype":"F33","shape":[2],"data_offsets":[0,8]}}""", 22, null, "'F33'")]
    [InlineData("""{"a":{"dtype":"0","shape":[2],"data_offsets":[0,8]}}""", 22, null, "'0'")]
    [InlineData("""{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,8]}}""", 37, "a whole number from 0 to 2147483647", "'-1'")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2.5],"data_offsets":[0,8]}}""", 37, "a whole number from 0 to 2147483647", "'2.5'")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,9]}}""", 58, "a whole number from 0 to 8", "'9'")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}""", 58, "an end of at least 8", "0")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0]}}""", 57, "two offsets", "fewer")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8,8]}}""", 60, "the end of two offsets", "'8'")]
    [InlineData("""{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}""", 9, "12 bytes for F32[3]", "data_offsets of 8 bytes")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2147483647,2147483647,2147483647,4],"data_offsets":[0,8]}}""", 9, null, "data_offsets of 8 bytes")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 66, "the end of the file", "4 bytes more")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 9, "tensor 'a' to begin at 0, where the one before it ends", "4")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 62, "tensor 'b' to begin at 8, where the one before it ends", "4")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"a":{"dtype":"F32","shape":[0],"data_offsets":[8,8]}}""", 62, "each name once", "'a' again")]
    [InlineData("""{"a":{"dtype":"F32","dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 28, "each property once", "dtype again")]
    [InlineData("""{"__metadata__":{"a":1}}""", 29, "a text", "'1'")]
    [InlineData("""{"\ud800":{}}""", 9, "text that is Unicode", "an escape or byte that is not")]
    public void Open_HeaderThatIsWrong_IsRefusedAtItsByte(string header, long offset, string? expected, string actual)
    {
        Raw(header, new byte[8]);

        var failure = Assert.Throws<CheckpointException>(() => SafetensorsFile.Open(FilePath));

        Assert.Equal((offset, actual), (failure.Offset, failure.Actual));
        if (expected is not null)
        {
            Assert.Equal(expected, failure.Expected);
        }

        Assert.Equal(
            $"Checkpoint file '{FilePath}' was refused at byte {offset}: expected {failure.Expected}, found {actual}. Restore it from a copy or use another version.",
            failure.Message);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    public void Open_FileWithoutALength_IsRefused(int length)
    {
        File.WriteAllBytes(FilePath, new byte[length]);

        Assert.Equal($"a file of {length} bytes", Assert.Throws<CheckpointException>(() => SafetensorsFile.Open(FilePath)).Actual);
    }

    [Theory]
    [InlineData(ulong.MaxValue)]
    [InlineData(long.MaxValue)]
    [InlineData(1UL << 40)]
    [InlineData(3)]
    public void Open_HeaderLongerThanTheFile_IsRefusedWithoutTakingMemory(ulong length)
    {
        File.WriteAllBytes(FilePath, [.. BitConverter.GetBytes(length), (byte)'{', (byte)'}']);

        Assert.Equal($"a header length of {length}", Assert.Throws<CheckpointException>(() => SafetensorsFile.Open(FilePath)).Actual);
    }

    [Fact]
    public void Open_MissingFileOrDirectory_IsRefused()
    {
        Assert.Throws<CheckpointException>(() => SafetensorsFile.Open(FilePath));
        Assert.Throws<CheckpointException>(() => SafetensorsFile.Open(_directory.Path));
    }

    [Fact]
    public void Open_AnyDamage_IsRefusedOrReadable()
    {
        Write([.. Enumerable.Range(0, 6).Select(i => new NamedTensor($"layer.{i}.weight", [i, 3], new float[3 * i])), new("step", [1], new long[1])]);

        Mutations.Survive(File.ReadAllBytes(FilePath), 4000, bytes =>
        {
            File.WriteAllBytes(FilePath, bytes);
            using var file = SafetensorsFile.Open(FilePath);
            foreach (var entry in file.Entries)
            {
                file.ReadBytes(entry.Name, new byte[entry.Bytes]);
            }
        });
    }

    private void Write(IEnumerable<NamedTensor> tensors)
    {
        using var stream = File.Create(FilePath);
        SafetensorsWriter.Write(stream, tensors);
    }

    private void Raw(string header, byte[] data)
    {
        var bytes = Encoding.UTF8.GetBytes(header);
        File.WriteAllBytes(FilePath, [.. BitConverter.GetBytes((long)bytes.Length), .. bytes, .. data]);
    }
}
