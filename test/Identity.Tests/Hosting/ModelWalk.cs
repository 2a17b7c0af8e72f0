using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Berth.Wire;

namespace Berth.Testing;

/// <summary>Walks the official model of a service and our wire records side by side.</summary>
internal sealed class ModelWalk(JsonElement model, Func<Type, JsonTypeInfo> typeOf)
{
    private readonly HashSet<(string, bool)> seen = [];

    /// <summary>Members of ours that the model lacks, and of requests those of the model that we lack.</summary>
    public List<string> Differences { get; } = [];

    /// <summary>The model named as in <c>BERTH_API_MODELS</c>; the test is not run where there is none.</summary>
    public static JsonElement Load(string name)
    {
        var directory = Environment.GetEnvironmentVariable("BERTH_API_MODELS");
        var file = Path.Combine(directory ?? "", name);
        Assert.SkipUnless(directory is not null && File.Exists(file), "BERTH_API_MODELS does not name the directory of the API models.");
        return JsonElement.Parse(File.ReadAllBytes(file));
    }

    public void Compare(OperationEntry operation)
    {
        var modelled = model.GetProperty("operations").GetProperty(operation.Name);
        if (modelled.TryGetProperty("input", out var input))
        {
            CompareStructure(input.GetProperty("shape").GetString()!, operation.Request, isRequest: true);
        }

        if (modelled.TryGetProperty("output", out var output))
        {
            CompareStructure(output.GetProperty("shape").GetString()!, operation.Response.ShouldNotBeNull(operation.Name), isRequest: false);
        }
        else
        {
            operation.Response.ShouldBeNull(operation.Name);
        }
    }

    private void CompareStructure(string shapeName, JsonTypeInfo wire, bool isRequest)
    {
        if (!seen.Add((shapeName, isRequest)))
        {
            return;
        }

        var members = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var member in model.GetProperty("shapes").GetProperty(shapeName).GetProperty("members").EnumerateObject())
        {
            members[member.Value.TryGetProperty("locationName", out var name) ? name.GetString()! : member.Name] = member.Value.GetProperty("shape").GetString()!;
        }

        foreach (var property in wire.Properties)
        {
            if (!members.Remove(property.Name, out var shape))
            {
                Differences.Add($"{shapeName}.{property.Name} is not in the model");
                continue;
            }

            CompareType($"{shapeName}.{property.Name}", shape, Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType, isRequest);
        }

        Differences.AddRange(members.Keys.Where(_ => isRequest).Select(name => $"{shapeName}.{name} is missing"));
    }

    private void CompareType(string where, string shapeName, Type type, bool isRequest)
    {
        var shape = model.GetProperty("shapes").GetProperty(shapeName);
        switch (shape.GetProperty("type").GetString())
        {
            case "list" when type.IsGenericType:
                CompareType($"{where}[]", shape.GetProperty("member").GetProperty("shape").GetString()!, type.GetGenericArguments()[0], isRequest);
                break;
            case "structure" when type != typeof(string):
                CompareStructure(shapeName, typeOf(type), isRequest);
                break;
            case "map" when type.IsGenericType:
                CompareType($"{where}{{}}", shape.GetProperty("value").GetProperty("shape").GetString()!, type.GetGenericArguments()[1], isRequest);
                break;
            case "blob" when type == typeof(byte[]):
            case "long" when type == typeof(long):
            case "string" when type == typeof(string):
            case "integer" when type == typeof(int):
            case "boolean" when type == typeof(bool):
            case "timestamp" when type == typeof(DateTimeOffset):
                break;
            case var modelled:
                Differences.Add($"{where} is a {modelled}, not a {type.Name}");
                break;
        }
    }
}
