using Berth.Wire;
using Microsoft.Extensions.DependencyInjection;

namespace Berth.Api;

/// <summary>Amazon ECS as the front door serves it.</summary>
public static class EcsService
{
    /// <summary>
    /// Adds the ECS API. Needs an <c>IStreamDirectory</c> of accounts and one of clusters.
    /// </summary>
    public static IServiceCollection AddEcs(this IServiceCollection services)
    {
        services.AddSingleton<AccountStreams>();
        services.AddSingleton(Create);
        return services;
    }

    private static AwsService Create(IServiceProvider provider)
    {
        var json = EcsJson.Shared;
        return new AwsService { SigningName = "ecs", Target = "AmazonEC2ContainerServiceV20141113", Protocol = AwsProtocol.Json11 }
            .Add(nameof(DeleteTaskDefinitions), json.DeleteTaskDefinitionsRequest, json.DeleteTaskDefinitionsResponse, Make<DeleteTaskDefinitions>(provider))
            .Add(nameof(DeregisterTaskDefinition), json.DeregisterTaskDefinitionRequest, json.DeregisterTaskDefinitionResponse, Make<DeregisterTaskDefinition>(provider))
            .Add(nameof(DescribeTaskDefinition), json.DescribeTaskDefinitionRequest, json.DescribeTaskDefinitionResponse, Make<DescribeTaskDefinition>(provider))
            .Add(nameof(ListTaskDefinitionFamilies), json.ListTaskDefinitionFamiliesRequest, json.ListTaskDefinitionFamiliesResponse, Make<ListTaskDefinitionFamilies>(provider))
            .Add(nameof(ListTaskDefinitions), json.ListTaskDefinitionsRequest, json.ListTaskDefinitionsResponse, Make<ListTaskDefinitions>(provider))
            .Add(nameof(RegisterTaskDefinition), json.RegisterTaskDefinitionRequest, json.RegisterTaskDefinitionResponse, Make<RegisterTaskDefinition>(provider))
            .Add(nameof(DeleteAccountSetting), json.DeleteAccountSettingRequest, json.DeleteAccountSettingResponse, Make<DeleteAccountSetting>(provider))
            .Add(nameof(ListAccountSettings), json.ListAccountSettingsRequest, json.ListAccountSettingsResponse, Make<ListAccountSettings>(provider))
            .Add(nameof(PutAccountSetting), json.PutAccountSettingRequest, json.PutAccountSettingResponse, Make<PutAccountSetting>(provider))
            .Add(nameof(PutAccountSettingDefault), json.PutAccountSettingDefaultRequest, json.PutAccountSettingDefaultResponse, Make<PutAccountSettingDefault>(provider));
    }

    private static T Make<T>(IServiceProvider provider) => ActivatorUtilities.CreateInstance<T>(provider);
}
