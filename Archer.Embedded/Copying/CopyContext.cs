namespace Archer.Embedded.Copying;

/// <summary>What has been copied already in one operation, so that shared and circular references stay so.</summary>
internal sealed class CopyContext
{
    private const int FewReferences = 8;

    [ThreadStatic]
    private static CopyContext? _free;

    private readonly object[] _originals = new object[FewReferences];
    private readonly object[] _copies = new object[FewReferences];
    private Dictionary<object, object>? _more;
    private int _count;

    public static CopyContext Rent()
    {
        var context = _free ?? new CopyContext();
        _free = null;
        return context;
    }

    public void Return()
    {
        Array.Clear(_originals, 0, _count);
        Array.Clear(_copies, 0, _count);
        _count = 0;
        _more = null;
        _free = this;
    }

    /// <summary>The copy that was made of a reference before; null when there is none.</summary>
    public object? Find(object original)
    {
        for (var i = 0; i < _count; i++)
        {
            if (ReferenceEquals(_originals[i], original))
            {
                return _copies[i];
            }
        }

        return _more is not null && _more.TryGetValue(original, out var copy) ? copy : null;
    }

    /// <summary>Remembers a copy, before its members are copied.</summary>
    public void Record(object original, object copy)
    {
        if (_count < FewReferences)
        {
            _originals[_count] = original;
            _copies[_count++] = copy;
            return;
        }

        _more ??= new Dictionary<object, object>(ReferenceEqualityComparer.Instance);
        _more[original] = copy;
    }
}
