using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Archer.EndToEnd.Tests.Documents;

/// <summary>The summaries that the compiler wrote beside the assemblies, as plain Markdown.</summary>
internal sealed partial class XmlComments
{
    private readonly Dictionary<string, string> _summaries = new(StringComparer.Ordinal);

    public XmlComments(IEnumerable<Assembly> assemblies)
    {
        foreach (var assembly in assemblies)
        {
            foreach (var member in XDocument.Load(Path.ChangeExtension(assembly.Location, ".xml")).Descendants("member"))
            {
                if (member.Element("summary") is { } summary)
                {
                    _summaries[member.Attribute("name")!.Value] = Plain(summary);
                }
            }
        }
    }

    public string Of(Type type) => Find("T:" + type.FullName!.Replace('+', '.'));

    public string Of(PropertyInfo property) => Find($"P:{property.DeclaringType!.FullName!.Replace('+', '.')}.{property.Name}");

    private string Find(string name) => _summaries.GetValueOrDefault(name)
        ?? throw new InvalidOperationException($"{name} has no summary, and so no meaning in docs/configuration.md.");

    private static string Plain(XElement summary) => Spaces().Replace(string.Concat(summary.Nodes().Select(Plain)), " ").Trim();

    private static string Plain(XNode node) => node switch
    {
        XText text => text.Value,
        XElement { Name.LocalName: "see" } see => $"`{Last((see.Attribute("cref") ?? see.Attribute("langword"))!.Value)}`",
        XElement element => $"`{element.Value}`",
        _ => "",
    };

    private static string Last(string reference) => reference[(reference.LastIndexOf('.') + 1)..];

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
