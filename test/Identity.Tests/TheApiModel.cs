using Berth.Testing;
using Berth.Wire;
using Microsoft.Extensions.DependencyInjection;

namespace Berth.Identity.Tests;

public sealed class TheApiModel
{
    [Theory]
    [InlineData("iam")]
    [InlineData("sts")]
    public async Task Has_the_same_members_of_the_same_types(string name)
    {
        var model = ModelWalk.Load($"{name}.json");
        await using var server = await World.StartAsync();
        var service = server.Services.GetServices<AwsService>().Single(service => service.SigningName == name);
        var options = service.Operations.Values.First().Request.Options;
        var walk = new ModelWalk(model, options.GetTypeInfo);

        foreach (var operation in service.Operations.Values)
        {
            walk.Compare(operation);
        }

        walk.Differences.ShouldBeEmpty();
    }

    [Fact]
    public async Task Has_its_errors_with_their_statuses()
    {
        var model = ModelWalk.Load("iam.json");
        await using var server = await World.StartAsync();
        var statuses = server.Services.GetServices<AwsService>().Single(service => service.SigningName == "iam").ErrorStatuses;

        foreach (var error in model.GetProperty("shapes").EnumerateObject().Where(shape => shape.Value.TryGetProperty("error", out _)).Select(shape => shape.Value.GetProperty("error")))
        {
            if (statuses.TryGetValue(error.GetProperty("code").GetString()!, out var status))
            {
                status.ShouldBe(error.GetProperty("httpStatusCode").GetInt32());
            }
        }
    }
}
