using System.Collections;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Text.RegularExpressions;
using Berth.Clients;
using Berth.Wire;
using Microsoft.Extensions.DependencyInjection;

namespace Berth.Api.Tests;

/// <summary>
/// Walks the official model beside the table of operations and the wire records, and calls every operation without what
/// it requires. Any difference fails, but that an installed client, which may be older, can know less.
/// </summary>
public sealed partial class TheApiModel
{
    /// <summary>Members that are not in the public model, and who sends them.</summary>
    private static readonly HashSet<string> Extra = ["RegisterContainerInstanceRequest.clientToken", "AttachmentStateChange.privateIpv4Address"];    // Agents.

    /// <summary>Enumerations of requests that nothing is checked against, and why.</summary>
    private static readonly Dictionary<string, string> Unchecked = new(StringComparer.Ordinal)
    {
        ["ManagedAgentName"] = "Told by agents, of themselves.",
        ["PlatformDeviceType"] = "Told by agents, of their machine.",
    };

    public static TheoryData<string> Operations => [.. Service().Operations.Keys.Order(StringComparer.Ordinal)];

    [GeneratedRegex(@"^[A-Za-z]+(\[\])?(\.[A-Za-z]+(\[\])?)*$")]
    private static partial Regex PlainPath { get; }

    [Fact]
    public void Has_every_operation_answered()
    {
        var model = OfficialModel.Require();
        var answered = Service().Operations.Keys;

        model.Operations.Except(answered).ShouldBeEmpty();
        (model.IsCurrent ? answered.Except(model.Operations) : []).ShouldBeEmpty();
    }

    [Theory, MemberData(nameof(Operations))]
    public void Has_the_same_members_of_the_same_types(string operation)
    {
        var model = RequireOperation(operation);
        var entry = Service().Operations[operation];
        var walk = new Walk(model);
        walk.Compare($"{operation}Request", model.Input(operation), entry.Request);
        walk.Compare($"{operation}Response", model.Output(operation), entry.Response!);

        walk.Differences.ShouldBeEmpty();
    }

    [Fact]
    public void Has_the_same_enumerations()
    {
        var model = OfficialModel.Require();
        Assert.SkipUnless(model.HasEnumerations, "This form of the model tells no enumerations.");
        foreach (var known in Enumerations().Values)
        {
            if (model.Enumeration(known.Shape) is not { } values)
            {
                model.IsCurrent.ShouldBeFalse($"{known.Shape} is not in the model");
            }
            else if (model.IsCurrent)
            {
                known.Values.ShouldBe(values, ignoreOrder: true, known.Shape);
            }
            else
            {
                values.Except(known.Values).ShouldBeEmpty(known.Shape);
            }
        }
    }

    [Fact]
    public void Has_every_enumeration_of_requests_known()
    {
        var model = OfficialModel.Require();
        var known = Enumerations();

        model.ShapesOfRequests().Where(shape => model.Enumeration(shape) is not null && !known.ContainsKey(shape)).Except(Unchecked.Keys).ShouldBeEmpty();
    }

    [Fact]
    public async Task Has_its_required_members_required()
    {
        var model = OfficialModel.Require();
        await using var server = await EcsServer.StartAsync();
        await server.AskAsync("CreateCluster", "{}");
        foreach (var (operation, missing) in Service().Operations.Keys.Where(model.Has).SelectMany(name => OfficialModel.Required(model.Input(name)).Select(member => (name, member))))
        {
            var input = model.Input(operation);
            var given = OfficialModel.Required(input).Where(name => name != missing).Select(name => $"\"{name}\":{Anything(model, input.GetProperty("members").GetProperty(name))}");

            var answer = await server.CallAsync(operation, $"{{{string.Join(',', given)}}}");

            ((int)answer.Status).ShouldBe(400, $"{operation} without {missing}: {answer.Body}");
            model.Errors(operation)?.ShouldContain(answer.Error.Type!, $"{operation} without {missing}");
        }
    }

    [Fact]
    public void Has_the_members_that_pages_are_read_by()
    {
        var model = OfficialModel.Require();
        Assert.SkipWhen(model.Paginators is null, "This model comes without paginators.");
        foreach (var page in model.Paginators!.Value.EnumerateObject())
        {
            Service().Operations.Keys.ShouldContain(page.Name);
            var entry = Service().Operations[page.Name];
            Names(entry.Request).ShouldContain(page.Value.GetProperty("input_token").GetString());
            Names(entry.Response!).ShouldContain(page.Value.GetProperty("output_token").GetString());
            Names(entry.Response!).ShouldContain(page.Value.GetProperty("result_key").GetString());
            if (page.Value.TryGetProperty("limit_key", out var limit))
            {
                Names(entry.Request).ShouldContain(limit.GetString());
            }
        }
    }

    [Fact]
    public void Has_the_members_that_waiters_look_at()
    {
        var model = OfficialModel.Require();
        Assert.SkipWhen(model.Waiters is null, "This model comes without waiters.");
        foreach (var waiter in model.Waiters!.Value.EnumerateObject())
        {
            var operation = waiter.Value.GetProperty("operation").GetString()!;
            Service().Operations.Keys.ShouldContain(operation, waiter.Name);
            foreach (var acceptor in waiter.Value.GetProperty("acceptors").EnumerateArray())
            {
                if (acceptor.TryGetProperty("argument", out var argument) && PlainPath.IsMatch(argument.GetString()!))
                {
                    Follow(Service().Operations[operation].Response!, argument.GetString()!).ShouldBeTrue($"{waiter.Name}: {argument}");
                }
            }
        }
    }

    private static Dictionary<string, WireEnum> Enumerations() => typeof(WireEnums).GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (WireEnum)field.GetValue(null)!)
        .ToDictionary(known => known.Shape, StringComparer.Ordinal);

    private static IEnumerable<string> Names(JsonTypeInfo type) => type.Properties.Select(property => property.Name);

    private static bool Follow(JsonTypeInfo type, string path)
    {
        foreach (var name in path.Replace("[]", "", StringComparison.Ordinal).Split('.'))
        {
            if (type.Properties.FirstOrDefault(property => property.Name == name) is not { } member)
            {
                return false;
            }

            var next = member.PropertyType.IsGenericType && member.PropertyType.GetGenericTypeDefinition() == typeof(List<>)
                ? member.PropertyType.GetGenericArguments()[0]
                : member.PropertyType;
            type = EcsJson.Shared.GetTypeInfo(next)!;    // Part of an answer.
        }

        return true;
    }

    /// <summary>A value of the right type that names nothing there is.</summary>
    private static string Anything(OfficialModel model, JsonElement reference) => OfficialModel.Type(model.Resolve(reference)) switch
    {
        "list" => "[]",
        "map" or "structure" => "{}",
        "integer" or "long" or "double" or "timestamp" => "1",
        "boolean" => "false",
        _ => "\"nothing\"",
    };

    private static OfficialModel RequireOperation(string operation)
    {
        var model = OfficialModel.Require();
        Assert.SkipUnless(model.Has(operation), $"The model {model.Path} is older than {operation}.");
        return model;
    }

    private static AwsService Service() => new ServiceCollection().AddEcs().Single(entry => entry.ServiceType == typeof(AwsService)) is { ImplementationFactory: { } create }
        ? (AwsService)create(new AnyProvider())
        : throw new InvalidOperationException("ECS is not registered as expected.");

    /// <summary>Walks a shape and a wire record side by side.</summary>
    private sealed class Walk(OfficialModel model)
    {
        private readonly HashSet<string> seen = [];

        public List<string> Differences { get; } = [];

        public void Compare(string where, JsonElement shape, JsonTypeInfo wire)
        {
            var modelled = shape.GetProperty("members").EnumerateObject().ToDictionary(member => member.Name, member => member.Value);
            foreach (var property in wire.Properties.Where(property => model.IsCurrent && !modelled.ContainsKey(property.Name) && !Extra.Contains($"{where}.{property.Name}")))
            {
                Differences.Add($"{where}.{property.Name} is not in the model");
            }

            foreach (var (name, member) in modelled)
            {
                if (wire.Properties.FirstOrDefault(property => property.Name == name) is { } property)
                {
                    CompareType($"{where}.{name}", member, property.PropertyType);
                }
                else
                {
                    Differences.Add($"{where}.{name} is missing");
                }
            }
        }

        private void CompareType(string where, JsonElement reference, Type wire)
        {
            var shape = model.Resolve(reference);
            var type = Nullable.GetUnderlyingType(wire) ?? wire;
            switch (OfficialModel.Type(shape))
            {
                case "list" when type.IsGenericType && type.GetGenericTypeDefinition() == typeof(List<>):
                    CompareType($"{where}[]", shape.GetProperty("member"), type.GetGenericArguments()[0]);
                    break;
                case "map" when type.IsAssignableTo(typeof(IDictionary)):
                    CompareType($"{where}{{}}", shape.GetProperty("value"), type.GetGenericArguments()[1]);
                    break;
                case "structure" when !type.IsValueType && type != typeof(string):
                    if (OfficialModel.Name(reference) is not { } name || seen.Add(name))
                    {
                        Compare(OfficialModel.Name(reference) ?? where, shape, EcsJson.Shared.GetTypeInfo(type)!);
                    }

                    break;
                case "string" when type == typeof(string):
                case "integer" when type == typeof(int):
                case "long" when type == typeof(long):
                case "double" when type == typeof(double):
                case "boolean" when type == typeof(bool):
                case "timestamp" when type == typeof(DateTimeOffset):
                    break;
                case var modelled:
                    Differences.Add($"{where} is a {modelled}, not a {type.Name}");
                    break;
            }
        }
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
