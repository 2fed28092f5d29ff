"""Where everything is. Addresses hold references only, never a name."""

from __future__ import annotations

from allauth.socialaccount.providers.openid_connect import views as openid_connect
from django.urls import include, path

from daras.pages import errors, gallery, second_factor, sign_in, sign_ins
from daras.pages.advice import views as advice
from daras.pages.corrections import views as corrections
from daras.pages.deciding import themes
from daras.pages.deciding import views as deciding
from daras.pages.desk import views as desk
from daras.pages.feedback import views as feedback
from daras.pages.finding import views as finding
from daras.pages.matter import views as matter
from daras.pages.my_work import views as my_work
from daras.pages.notices import views as notices
from daras.pages.one_person import views as one_person
from daras.pages.our_referrals import views as our_referrals
from daras.pages.owed import views as owed
from daras.pages.person import changing, managed
from daras.pages.person import views as person
from daras.pages.prints import views as prints
from daras.pages.refused import views as refused
from daras.pages.tell_us import views as tell_us

urlpatterns = [
    path("", my_work.my_work, name="my_work"),
    path("owed/<int:duty_id>/", owed.owed, name="owed"),
    path("desk/", desk.desk, name="desk"),
    path("notices/", notices.notices, name="notices"),
    path("disagreements/", themes.disagreements, name="disagreements"),
    path("our-referrals/", our_referrals.our_referrals, name="our_referrals"),
    path("our-referrals/<str:receipt>/", our_referrals.our_referral, name="our_referral"),
    path("our-referrals/<str:receipt>/answer/", feedback.answer, name="answer_feedback"),
    path("refused/", refused.refused, name="refused"),
    path("refused/<int:number>/", refused.refused_one, name="refused_one"),
    path("", include("daras.pages.referral.urls")),
    path("tell-us/", tell_us.tell_us, name="tell_us"),
    path("tell-us/<str:signed>/", tell_us.told, name="told"),
    path("advice/", advice.advice, name="advice"),
    path("advice/record/", advice.record, name="record_advice"),
    path("advice/<str:reference>/", advice.one, name="advice_one"),
    path("advice/<str:reference>/refer/", advice.refer, name="advice_refer"),
    path("advice/<str:reference>/answer/", advice.answer, name="advice_answer"),
    path("matters/<str:reference>/feedback/", feedback.give, name="give_feedback"),
    path("matters/<str:reference>/", matter.matter, name="matter"),
    path("matters/<str:reference>/decide/", deciding.decide, name="decide"),
    path("matters/<str:reference>/who-is-who/", deciding.who_is_who, name="who_is_who"),
    path("", include("daras.pages.attachments.urls")),
    path("", include("daras.pages.prints.urls")),
    path("", include("daras.pages.family_version.urls")),
    path("", include("daras.pages.discussion.urls")),
    path("", include("daras.pages.safety.urls")),
    path("", include("daras.pages.forms.urls")),
    path("", include("daras.pages.requests.urls")),
    path("", include("daras.pages.services.urls")),
    path("", include("daras.pages.flags.urls")),
    path("", include("daras.pages.hubs.urls")),
    path("", include("daras.pages.measures.urls")),
    path("", include("daras.pages.custody.urls")),
    path("", include("daras.pages.keeping.urls")),
    path("", include("daras.pages.rights.urls")),
    path("people/<str:number>/", person.now, name="person"),
    path("people/<str:number>/family/", person.family_tab, name="person_family"),
    path("people/<str:number>/chronology/", person.chronology, name="person_chronology"),
    path("people/<str:number>/documents/", person.documents, name="person_documents"),
    path("people/<str:number>/sharing/", person.sharing, name="person_sharing"),
    path("people/<str:number>/print/", prints.person, name="person_print"),
    path("people/<str:number>/marker/", changing.mark, name="person_marker"),
    path("people/<str:number>/purpose/", person.purpose, name="person_purpose"),
    path("people/<str:number>/managed/", managed.managed, name="person_managed"),
    path("people/<str:number>/propose/", changing.propose, name="person_propose"),
    path("people/<str:number>/answer/", changing.answer, name="person_answer"),
    path("people/<str:number>/unlink/", changing.unlink, name="person_unlink"),
    path("people/<str:number>/one-person/", one_person.records, name="one_person"),
    path("corrections/", corrections.recalls, name="corrections"),
    path("corrections/<str:reference>/", corrections.recall, name="correction"),
    path("find/", finding.search, name="search"),
    path("sign-in/", sign_in.SignIn.as_view(), name="account_login"),
    path("sign-out/", sign_in.SignOut.as_view(), name="account_logout"),
    path("sign-in/stopped/", sign_in.stopped, name="account_inactive"),
    path("password/", sign_in.ChangePassword.as_view(), name="account_change_password"),
    path("password/changed/", sign_in.changed, name="password_changed"),
    path("sign-in/second/", second_factor.Ask.as_view(), name="mfa_authenticate"),
    path("sign-in/passkey/", second_factor.Passkey.as_view(), name="mfa_login_webauthn"),
    path("sign-in/with/<slug:provider_id>/", openid_connect.login, name="openid_connect_login"),
    path("sign-in/with/<slug:provider_id>/back/", openid_connect.callback, name="openid_connect_callback"),
    path("sign-in/keys/", second_factor.Keys.as_view(), name="mfa_index"),
    path("sign-in/keys/app/", second_factor.AddApp.as_view(), name="mfa_activate_totp"),
    path("sign-in/keys/app/remove/", second_factor.RemoveApp.as_view(), name="mfa_deactivate_totp"),
    path("sign-in/keys/passkey/", second_factor.AddPasskey.as_view(), name="mfa_add_webauthn"),
    path("sign-in/keys/passkey/<int:pk>/remove/", second_factor.RemovePasskey.as_view(), name="mfa_remove_webauthn"),
    path("sign-in/keys/codes/", second_factor.Codes.as_view(), name="mfa_view_recovery_codes"),
    path("sign-in/keys/codes/new/", second_factor.NewCodes.as_view(), name="mfa_generate_recovery_codes"),
    path("sign-in/where/", sign_ins.SignIns.as_view(), name="usersessions_list"),
    path("sign-in/again/", second_factor.AgainByPassword.as_view(), name="account_reauthenticate"),
    path("sign-in/again/code/", second_factor.AgainByCode.as_view(), name="mfa_reauthenticate"),
    path("sign-in/again/passkey/", second_factor.AgainByPasskey.as_view(), name="mfa_reauthenticate_webauthn"),
    path("design/", gallery.gallery, name="design"),
    path("api/", include("daras.api.urls")),
    path("scim/v2/", include("daras.exchange.scim.urls")),
]

handler400 = errors.bad_request
handler403 = errors.forbidden
handler404 = errors.not_found
handler500 = errors.fault
