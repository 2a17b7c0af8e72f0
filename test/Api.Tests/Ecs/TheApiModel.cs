using System.Collections;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Berth.Wire;
using Microsoft.Extensions.DependencyInjection;

namespace Berth.Api.Tests;

/// <summary>Walks the official model and our wire records side by side, and calls every operation without what it requires.</summary>
public sealed class TheApiModel
{
    /// <summary>Members that are not in the public model, and who sends them.</summary>
    private static readonly HashSet<string> Extra = ["RegisterContainerInstanceRequest.clientToken"];    // Agents.

    private static readonly JsonElement? Model = Load();

    public static TheoryData<string> Operations => [.. Service().Operations.Keys.Order(StringComparer.Ordinal)];

    [Theory, MemberData(nameof(Operations))]
    public void Has_the_same_members_of_the_same_types(string operation)
    {
        var model = RequireModel();
        var modelled = model.GetProperty("operations").GetProperty(operation);
        var entry = Service().Operations[operation];
        var differences = new List<string>();
        Compare(modelled.GetProperty("input").GetProperty("shape").GetString()!, entry.Request, [], differences);
        Compare(modelled.GetProperty("output").GetProperty("shape").GetString()!, entry.Response!, [], differences);

        differences.ShouldBeEmpty();
    }

    [Fact]
    public void Has_the_same_enumerations()
    {
        var shapes = RequireModel().GetProperty("shapes");
        foreach (var known in typeof(WireEnums).GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => (WireEnum)field.GetValue(null)!))
        {
            var values = shapes.GetProperty(known.Shape).GetProperty("enum").EnumerateArray().Select(value => value.GetString()!);
            known.Values.ShouldBe(values, ignoreOrder: true, known.Shape);
        }
    }

    [Fact]
    public async Task Has_its_required_members_required()
    {
        var model = RequireModel();
        await using var server = await EcsServer.StartAsync();
        await server.AskAsync("CreateCluster", "{}");
        foreach (var name in Service().Operations.Keys)
        {
            var operation = model.GetProperty("operations").GetProperty(name);
            var input = model.GetProperty("shapes").GetProperty(operation.GetProperty("input").GetProperty("shape").GetString()!);
            if (!input.TryGetProperty("required", out var required) || required.GetArrayLength() == 0)
            {
                continue;
            }

            var answer = await server.CallAsync(name, "{}");

            ((int)answer.Status).ShouldBe(400, $"{name}: {answer.Body}");
            var errors = operation.GetProperty("errors").EnumerateArray().Select(error => error.GetProperty("shape").GetString());
            errors.ShouldContain(answer.Error.Type, name);
        }
    }

    private static AwsService Service() => new ServiceCollection().AddEcs().Single(entry => entry.ServiceType == typeof(AwsService)) is { ImplementationFactory: { } create }
        ? (AwsService)create(new AnyProvider())
        : throw new InvalidOperationException("ECS is not registered as expected.");

    private static void Compare(string shapeName, JsonTypeInfo wire, HashSet<string> seen, List<string> differences)
    {
        if (!seen.Add(shapeName))
        {
            return;
        }

        var shape = Model!.Value.GetProperty("shapes").GetProperty(shapeName);
        var modelled = shape.GetProperty("members").EnumerateObject().ToDictionary(member => member.Name, member => member.Value.GetProperty("shape").GetString()!);
        foreach (var property in wire.Properties.Where(property => !modelled.ContainsKey(property.Name) && !Extra.Contains($"{shapeName}.{property.Name}")))
        {
            differences.Add($"{shapeName}.{property.Name} is not in the model");
        }

        foreach (var (name, memberShape) in modelled)
        {
            if (wire.Properties.FirstOrDefault(property => property.Name == name) is { } property)
            {
                CompareType($"{shapeName}.{name}", memberShape, property.PropertyType, seen, differences);
            }
            else
            {
                differences.Add($"{shapeName}.{name} is missing");
            }
        }
    }

    private static void CompareType(string where, string shapeName, Type wire, HashSet<string> seen, List<string> differences)
    {
        var shape = Model!.Value.GetProperty("shapes").GetProperty(shapeName);
        var type = Nullable.GetUnderlyingType(wire) ?? wire;
        switch (shape.GetProperty("type").GetString())
        {
            case "list" when type.IsGenericType && type.GetGenericTypeDefinition() == typeof(List<>):
                CompareType($"{where}[]", shape.GetProperty("member").GetProperty("shape").GetString()!, type.GetGenericArguments()[0], seen, differences);
                break;
            case "map" when type.IsAssignableTo(typeof(IDictionary)):
                CompareType($"{where}{{}}", shape.GetProperty("value").GetProperty("shape").GetString()!, type.GetGenericArguments()[1], seen, differences);
                break;
            case "structure" when !type.IsValueType && type != typeof(string):
                Compare(shapeName, EcsJson.Shared.GetTypeInfo(type)!, seen, differences);
                break;
            case "string" when type == typeof(string):
            case "integer" when type == typeof(int):
            case "long" when type == typeof(long):
            case "double" when type == typeof(double):
            case "boolean" when type == typeof(bool):
            case "timestamp" when type == typeof(DateTimeOffset):
                break;
            case var modelled:
                differences.Add($"{where} is a {modelled}, not a {type.Name}");
                break;
        }
    }

    private static JsonElement RequireModel()
    {
        Assert.SkipWhen(Model is null, "The API models (shared/api-models) are not beside the repository.");
        return Model!.Value;
    }

    private static JsonElement? Load()
    {
        var root = AppContext.BaseDirectory;
        while (root is not null && !File.Exists(Path.Combine(root, "Berth.slnx")))
        {
            root = Path.GetDirectoryName(root);
        }

        for (var directory = root; directory is not null; directory = Path.GetDirectoryName(directory))
        {
            if (Path.Combine(directory, "shared", "api-models", "ecs.json") is var path && File.Exists(path))
            {
                return JsonElement.Parse(File.ReadAllBytes(path));
            }
        }

        return null;
    }

    /// <summary>Makes operations without what they depend on: only their types are looked at.</summary>
    private sealed class AnyProvider : IServiceProvider, IServiceProviderIsService
    {
        public object? GetService(Type serviceType) => serviceType == typeof(IServiceProviderIsService)
            ? this
            : System.Runtime.CompilerServices.RuntimeHelpers.GetUninitializedObject(Concrete(serviceType));

        public bool IsService(Type serviceType) => true;

        private static Type Concrete(Type type) => type.IsInterface ? typeof(object) : type;
    }
}
