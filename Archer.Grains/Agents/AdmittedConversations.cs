namespace Archer.Grains.Agents;

/// <summary>The conversations that were added last, a bounded number of them.</summary>
internal sealed class AdmittedConversations(int size)
{
    private readonly LinkedList<string> _order = new();
    private readonly Dictionary<string, LinkedListNode<string>> _places = [];

    public bool Contains(string conversation) => _places.ContainsKey(conversation);

    public void Add(string conversation)
    {
        Remove(conversation);
        _places[conversation] = _order.AddLast(conversation);
        if (_order.Count > size)
        {
            Remove(_order.First!.Value);
        }
    }

    public void Remove(string conversation)
    {
        if (_places.Remove(conversation, out var place))
        {
            _order.Remove(place);
        }
    }
}
