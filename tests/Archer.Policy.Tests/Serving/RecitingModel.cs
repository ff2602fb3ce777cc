using System.Text;
using Archer.Policy.Generation;
using Archer.Policy.Text;

namespace Archer.Policy.Tests.Serving;

/// <summary>Always says one text and then ends its turn: what is said tells which version said it.</summary>
internal sealed class RecitingModel(string text, float? value = null) : IGenerationModel
{
    private static readonly int Assistant = ScriptedLoader.Tokenizer.SpecialId(ChatTemplate.AssistantTag);
    private static readonly int End = ScriptedLoader.Tokenizer.SpecialId(ChatTemplate.EndTag);
    private readonly int[] _said = [.. ScriptedLoader.Tokenizer.Encode(text), End];
    private int _open;

    public int VocabularySize => ScriptedLoader.Tokenizer.VocabularySize;

    public int MaxPositions => 1 << 16;

    public bool HasCritic => value is not null;

    public bool IsDisposed { get; private set; }

    public IGenerationSession Open(int slots, int rows)
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        Interlocked.Increment(ref _open);
        return new Session(this, slots);
    }

    public void Dispose()
    {
        Assert.Equal(0, _open);
        IsDisposed = true;
    }

    public override string ToString() => Encoding.UTF8.GetString([.. _said.Select(id => (byte)id)]);

    private sealed class Session(RecitingModel model, int slots) : IGenerationSession
    {
        private readonly int[] _begins = new int[slots];

        public void Decode(ReadOnlySpan<BatchRow> rows, Span<float> logits)
        {
            logits.Fill(-30f);
            var output = 0;
            foreach (var row in rows)
            {
                if (row.Token == Assistant)
                {
                    _begins[row.Slot] = row.Position + 1;
                }

                if (row.Output)
                {
                    logits[(output++ * model.VocabularySize) + model._said[(row.Position + 1 - _begins[row.Slot]) % model._said.Length]] = 30f;
                }
            }
        }

        public void Evaluate(ReadOnlySpan<BatchRow> rows, Span<float> values) => values.Fill(model.Value);

        public void Dispose() => Interlocked.Decrement(ref model._open);
    }

    private float Value => value ?? 0f;
}
